using System.CommandLine;
using Tef.Benchmarks.Filtering;

namespace Tef.Benchmarks.Verbs;

/// <summary>Runs the command line; what a user did wrong is one line on the error stream and exit code 1.</summary>
internal static class CommandRunner
{
    /// <summary>All verbs.</summary>
    public static RootCommand Root() =>
        new("Measures Tef.MLNet on this machine. Each verb prints a table, or one JSON document with --json.")
        {
            PeakVerb.Create(),
            GemmVerb.Create(),
            KernelsVerb.Create(),
            TrainVerb.Create(),
            ScalingVerb.Create(),
            DecodeVerb.Create(),
            PrecisionVerb.Create(),
            ProfileVerb.Create(),
            MemoryVerb.Create(),
            CompareVerb.Create(),
            LoadVerb.Create(),
            TokenizersVerb.Create(),
            MicroVerb.Create(),
            TefVerb.Create(),
        };

    public static int Run(string[] args)
    {
        try
        {
            return Root().Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException or FormatException)
        {
            Console.Error.WriteLine($"error: {e.Message}");
            return 1;
        }
    }
}
