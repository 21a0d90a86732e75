using Tef.Tests.Torch;

namespace Tef.Tests;

/// <summary>Where child processes begin that tests start; the tests themselves are run by the test host.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["train", string folder, string weights])
            return ResumableRun.Run(folder, weights);
        Console.Error.WriteLine("Run the tests with 'dotnet test'.");
        return 1;
    }
}
