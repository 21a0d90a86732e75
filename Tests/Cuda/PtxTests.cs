using System.Text.RegularExpressions;

namespace Tef.Tests.Cuda;

/// <summary>The PTX that is shipped: made from the sources at hand, and within what every device from sm_70 on offers.</summary>
public sealed partial class PtxTests
{
    private static string Kernels => Path.Combine(NativeCode.BackendFolder, "Kernels");

    [Test]
    public void IsWhatTheSourcesGive()
    {
        var (code, output) = Script("--check");
        Assert.That(code, Is.Zero.Or.EqualTo(3), output);
        Assume.That(code, Is.Zero, output);
    }

    [Test]
    public void SourcesCompileForEveryTarget()
    {
        Assume.That(NativeCode.FindProgram("clang"), Is.Not.Null, "clang is not installed");
        var (code, output) = Script("--targets");
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("sm_70").And.Contain("sm_80"));
        TestContext.Out.WriteLine(output);
    }

    [Test]
    public void EveryKernelHasALaunchThatKnowsItsParameters()
    {
        string sources = string.Concat(Directory.GetFiles(Kernels, "*.ptx").Select(File.ReadAllText));
        string[] entries = [.. Entry().Matches(sources).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
        Assert.That(entries, Is.EqualTo(new[]
        {
            "compact_rows_b16", "compact_rows_b2", "compact_rows_b4", "expand_rows_b16", "expand_rows_b2", "expand_rows_b4", "invert_index",
            "keep_mask_fused", "scatter_add_rows_bf16", "scatter_add_rows_bf16x8", "scatter_add_rows_f32", "scatter_add_rows_f32x4",
            "scatter_keep_mask",
        }));
    }

    [TestCase("keep_mask.ptx")]
    [TestCase("rows.ptx")]
    public void AsksForNoMoreThanVolta(string file)
    {
        string ptx = File.ReadAllText(Path.Combine(Kernels, file));
        Assert.That(ptx, Does.Contain(".version 6.0").And.Contain(".target sm_70").And.Contain(".address_size 64"));
        Assert.That(ptx, Does.Not.Contain(".local"), "nothing lies in local memory");
        Assert.That(
            ptx, Does.Not.Contain(".ftz").And.Not.Contain(".approx").And.Not.Contain("fma.rn"), "arithmetic rounds as on the processor");
        Assert.That(Listing(ptx).All(kernel => kernel.SharedBytes == 0), "shared memory is given at the launch");
    }

    [Test]
    public void RowsMoveBySixteenBytes()
    {
        string ptx = File.ReadAllText(Path.Combine(Kernels, "rows.ptx"));
        foreach (string kernel in new[] { "compact_rows_b16", "expand_rows_b16", "scatter_add_rows_f32x4", "scatter_add_rows_bf16x8" })
        {
            string body = Body(ptx, kernel);
            Assert.That(body, Does.Match(@"ld\.global\.v4\.").And.Match(@"st\.global\.v4\."), kernel);
        }
    }

    [Test]
    public void NewerCompilersTakeTheSourcesForNewerDevices()
    {
        string? clang = NativeCode.FindProgram("clang-19", "clang-18", "clang-17", "clang-16");
        Assume.That(clang, Is.Not.Null, "no clang that knows sm_90 (16 or later) is installed");
        var (code, output) = Script("--targets", ("CLANG", clang!));
        Assert.That(code, Is.Zero, output);
        Assert.That(output, Does.Contain("sm_70").And.Contain("sm_80").And.Contain("sm_90"));
        TestContext.Out.WriteLine(output);
    }

    /// <summary>A block of keep_mask_fused has 1,024 threads for 65,536 registers.</summary>
    [Test]
    public void RegistersInUseFitTheLaunch()
    {
        foreach (string file in Directory.GetFiles(Kernels, "*.ptx"))
        {
            foreach (var kernel in Listing(File.ReadAllText(file)))
            {
                TestContext.Out.WriteLine(kernel);
                Assert.That(kernel.LiveRegisters, Is.GreaterThan(4).And.LessThanOrEqualTo(65536 / kernel.MaxThreads), kernel.Name);
            }
        }
    }

    /// <summary>The table of the documentation says what the PTX needs.</summary>
    [Test]
    public void DocumentationTellsTheResources()
    {
        string page = File.ReadAllText(Path.Combine(NativeCode.RepositoryFolder, "docs", "cuda.md"));
        foreach (string file in Directory.GetFiles(Kernels, "*.ptx"))
        {
            foreach (var kernel in Listing(File.ReadAllText(file)))
            {
                Assert.That(page, Does.Contain(
                    $"| `{kernel.Name}` | {kernel.MaxThreads} | {kernel.LiveRegisters} | {kernel.Instructions} | {kernel.Barriers} |"));
            }
        }
    }

    private static IEnumerable<PtxKernel> Listing(string ptx) =>
        Entry().Matches(ptx).Select(match => PtxKernel.Parse(match.Groups[1].Value, Body(ptx, match.Groups[1].Value)));

    private static string Body(string ptx, string kernel)
    {
        int start = ptx.IndexOf($".entry {kernel}(", StringComparison.Ordinal);
        return ptx[start..ptx.IndexOf("\n}", start, StringComparison.Ordinal)];
    }

    private static (int Code, string Output) Script(string argument, params (string Name, string Value)[] variables)
    {
        Assume.That(NativeCode.FindProgram("bash"), Is.Not.Null, "bash is not installed");
        string[] set = [.. variables.Select(variable => $"{variable.Name}={variable.Value}")];
        return NativeCode.Run("env", [.. set, "bash", Path.Combine(NativeCode.BackendFolder, "build-ptx.sh"), argument]);
    }

    [GeneratedRegex(@"\.visible \.entry (\w+)\(")]
    private static partial Regex Entry();
}
