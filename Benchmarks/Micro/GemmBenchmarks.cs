using BenchmarkDotNet.Attributes;
using Tef.Benchmarks.Measuring;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Micro;

/// <summary>The forward product of a linear layer.</summary>
public unsafe class GemmBenchmarks
{
    private float* _a;
    private float* _b;
    private float* _c;

    [Params(1, 64, 4096)]
    public int Rows { get; set; }

    [Params(256, 768)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _a = Samples.Floats((long)Rows * Width, 1);
        _b = Samples.Floats(3L * Width * Width, 2);
        _c = Samples.Floats(3L * Rows * Width, 3);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        NativePool.Return(_a);
        NativePool.Return(_b);
        NativePool.Return(_c);
    }

    [Benchmark]
    public void Linear() => Gemm.Multiply(false, false, Rows, 3 * Width, Width, _a, Width, _b, 3 * Width, 0f, _c, 3 * Width);
}
