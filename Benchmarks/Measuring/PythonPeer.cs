using System.Diagnostics;

namespace Tef.Benchmarks.Measuring;

/// <summary>Runs the PyTorch peer, where there is a Python that has PyTorch.</summary>
internal static class PythonPeer
{
    private static readonly string[] Candidates = ["python3", "/usr/bin/python3", "python"];

    /// <summary>A Python interpreter that can import torch, or null. The variable <c>TEF_PYTHON</c> names one to try first.</summary>
    public static string? Find() =>
        Candidates.Prepend(Environment.GetEnvironmentVariable("TEF_PYTHON")).FirstOrDefault(
            python => !string.IsNullOrEmpty(python) && TryRun(python, ["-c", "import torch"]) is not null);

    /// <summary>Runs the peer's script.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">The script failed.</exception>
    public static string Run(string python, IEnumerable<string> arguments)
    {
        using var resource = typeof(PythonPeer).Assembly.GetManifestResourceStream("gpt2_in_pytorch.py")!;
        using var reader = new StreamReader(resource);
        return TryRun(python, ["-c", reader.ReadToEnd(), .. arguments])
            ?? throw new InvalidOperationException($"The PyTorch peer failed under {python}.");
    }

    /// <summary>Runs a program; null when it cannot be started or fails.</summary>
    public static string? TryRun(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Some machines force an old OpenBLAS kernel by these variables, which would be unfair to the peer.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            errors.Wait();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
