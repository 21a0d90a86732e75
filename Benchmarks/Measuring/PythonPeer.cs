using System.Globalization;

namespace Tef.Benchmarks.Measuring;

/// <summary>Runs the PyTorch peer, where there is a Python that has PyTorch.</summary>
internal static class PythonPeer
{
    /// <summary>GFLOP/s of a matrix product below which PyTorch has no BLAS worth the name.</summary>
    private const double SlowProduct = 8;

    private const string ProductProbe = """
        import time, torch
        torch.set_num_threads(1)
        a = torch.randn(512, 512)
        def seconds():
            started = time.perf_counter()
            a @ a
            return time.perf_counter() - started
        print(2 * 512 ** 3 / min(seconds() for _ in range(5)) / 1e9)
        """;

    private static readonly string[] Candidates = ["python3", "/usr/bin/python3", "python"];

    /// <summary>A Python interpreter that can import torch, or null. The variable <c>TEF_PYTHON</c> names one to try first.</summary>
    public static string? Find() =>
        Candidates.Prepend(Environment.GetEnvironmentVariable("TEF_PYTHON")).FirstOrDefault(
            python => !string.IsNullOrEmpty(python) && ChildProcess.TryRun(python, ["-c", "import torch"]) is not null);

    /// <summary>What keeps this PyTorch from being a fair peer, or null.</summary>
    public static string? Handicap(string python)
    {
        string? text = ChildProcess.TryRun(python, ["-c", ProductProbe])?.Text;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double gflops) && gflops < SlowProduct
            ? $"PyTorch multiplies matrices at {gflops:F1} GFLOP/s on a thread: it is linked with a reference BLAS, and the ratios below "
                + "mean little. On Debian: apt-get install libopenblas0-pthread."
            : null;
    }

    /// <summary>Runs the peer's script.</summary>
    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public static ChildOutput Run(string python, IEnumerable<string> arguments)
    {
        using var resource = typeof(PythonPeer).Assembly.GetManifestResourceStream("gpt2_in_pytorch.py")!;
        using var reader = new StreamReader(resource);
        return ChildProcess.TryRun(python, ["-c", reader.ReadToEnd(), .. arguments])
            ?? throw new InvalidOperationException($"The PyTorch peer failed under {python}.");
    }
}
