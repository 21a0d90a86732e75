using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Verbs;

/// <summary>What the hardware can do: the limits that the other figures are compared with.</summary>
internal static class PeakVerb
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<double> seconds = CommonOptions.Seconds(0.5);
        Command command = new("peak", "Fused multiply-add peak and memory bandwidth, on one thread and on all.") { json, threads, seconds };
        command.SetAction(parsed => Run(parsed.GetValue(threads), parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static void Run(int threads, double seconds, bool json)
    {
        int[] counts = threads == 1 ? [1] : [1, threads];
        var rows = counts.Select(n => new
        {
            threads = n,
            fma_gflops = Math.Round(FmaPeak.Measure(n, seconds), 1),
            read_gb_s = Math.Round(Bandwidth.Read(n, seconds), 1),
            triad_gb_s = Math.Round(Bandwidth.Triad(n, seconds), 1),
        }).ToArray();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                verb = "peak",
                vector_bits = Isa.VectorBits,
                fused = FmaPeak.Fused,
                peak = rows,
            }));
            return;
        }
        Console.WriteLine($"vectors of {Isa.VectorBits} bits{(FmaPeak.Fused ? "" : ", no fused multiply-add")}");
        Console.WriteLine($"{"threads",8}{"FMA GFLOP/s",14}{"read GB/s",12}{"triad GB/s",12}");
        foreach (var row in rows)
            Console.WriteLine($"{row.threads,8}{row.fma_gflops,14:F1}{row.read_gb_s,12:F1}{row.triad_gb_s,12:F1}");
    }
}
