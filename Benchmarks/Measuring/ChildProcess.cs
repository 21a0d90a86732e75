using System.ComponentModel;
using System.Diagnostics;

namespace Tef.Benchmarks.Measuring;

/// <summary>What a program printed, and the most memory that it held; 0 where the system does not tell.</summary>
internal sealed record ChildOutput(string Text, long PeakBytes);

/// <summary>Runs a program to its end.</summary>
internal static class ChildProcess
{
    private const int PollMilliseconds = 10;

    /// <summary>The output of a program; null when it cannot be started or fails.</summary>
    public static ChildOutput? TryRun(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Some machines force an old OpenBLAS kernel by these variables, which would be unfair to the peer.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            long peak = 0;
            while (!process.WaitForExit(PollMilliseconds))
                peak = Math.Max(peak, PeakOf(process));
            process.WaitForExit();
            errors.Wait();
            return process.ExitCode == 0 ? new ChildOutput(output.Result, peak) : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static long PeakOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }
}
