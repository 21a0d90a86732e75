using System.Diagnostics;
using Tef.Tests.Kernels;
using TorchSharp.Kernels;

namespace Tef.Tests.Torch;

/// <summary>The golden numbers and the kernels with narrower vectors, each width in a process of its own.</summary>
public sealed class GoldenOnEveryPathTests
{
    private const string Filter =
        "FullyQualifiedName~Tests.Torch.Gpt2GoldenTests|FullyQualifiedName~Tests.Kernels|FullyQualifiedName~Tests.Torch.KeepMaskGoldenTests"
        + "|FullyQualifiedName~Tests.Torch.FusedKernelTests|FullyQualifiedName~Tests.Torch.FusedTokenFilterTests"
        + "|FullyQualifiedName~Tests.Torch.InferencePrecisionTests";

    [TestCase("EnableAVX512", 256)]
    [TestCase("EnableAVX2", 128)]
    public void GoldenNumbersHoldOnNarrowerVectors(string disabled, int bits)
    {
        Assume.That(Isa.VectorBits, Is.GreaterThan(bits), "This process computes with vectors as narrow.");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = TestContext.CurrentContext.TestDirectory,
        };
        string results = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"golden-{bits}");
        start.ArgumentList.Add("vstest");
        start.ArgumentList.Add(typeof(GoldenOnEveryPathTests).Assembly.Location);
        start.ArgumentList.Add($"--TestCaseFilter:{Filter}");
        start.ArgumentList.Add($"--ResultsDirectory:{results}");
        start.Environment["DOTNET_" + disabled] = "0";
        start.Environment[ForcedWidthTests.Variable] = $"{bits}";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, output + error.Result);
        Assert.That(output, Does.Contain("Passed"));
    }
}
