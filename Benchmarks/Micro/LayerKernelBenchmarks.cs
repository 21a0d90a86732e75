using BenchmarkDotNet.Attributes;
using Tef.Benchmarks.Measuring;

namespace Tef.Benchmarks.Micro;

/// <summary>The kernels of a layer beside its products.</summary>
public class LayerKernelBenchmarks
{
    private KernelCases _cases = null!;
    private Action _run = null!;

    [Params("layer norm", "layer norm backward", "gelu", "gelu backward", "attention", "attention backward", "adamw")]
    public string Kernel { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _cases = new KernelCases(rows: 4096, width: 256, heads: 8, time: 256, vocabulary: 8192);
        _run = _cases.All().First(c => c.Name == Kernel).Run;
    }

    [GlobalCleanup]
    public void Cleanup() => _cases.Dispose();

    [Benchmark]
    public void Run() => _run();
}
