using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Verbs;

/// <summary>The kernels of a training step beside GEMM: time, arithmetic and memory traffic.</summary>
internal static class KernelsVerb
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<double> seconds = CommonOptions.Seconds(0.1);
        Command command = new("kernels", "Attention, norms, activations, loss and optimizer at the sizes of the smaller reference model.")
        {
            json,
            threads,
            seconds,
        };
        command.SetAction(parsed => Run(parsed.GetValue(threads), parsed.GetValue(seconds), parsed.GetValue(json)));
        return command;
    }

    private static void Run(int threads, double seconds, bool json)
    {
        ThreadTeam.Threads = threads;
        double peak = FmaPeak.Measure(threads, seconds), bandwidth = Bandwidth.Triad(threads, seconds);
        using KernelCases cases = new(rows: 4096, width: 256, heads: 8, time: 256, vocabulary: 8192);
        var rows = cases.All().Select(c =>
        {
            double time = Best.Of(c.Run, seconds);
            return new
            {
                name = c.Name,
                ms = Math.Round(time * 1e3, 3),
                gflops = Math.Round(c.Flops / time / 1e9, 1),
                gb_s = Math.Round(c.Bytes / time / 1e9, 1),
            };
        }).ToArray();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                verb = "kernels",
                threads,
                vector_bits = Isa.VectorBits,
                peak_gflops = Math.Round(peak, 1),
                triad_gb_s = Math.Round(bandwidth, 1),
                kernels = rows,
            }));
            return;
        }
        Console.WriteLine($"{threads} threads, peak {peak:F1} GFLOP/s, triad {bandwidth:F1} GB/s");
        Console.WriteLine("4096 rows of 256, 8 heads, 256 steps, vocabulary 8192");
        Console.WriteLine($"{"kernel",-28}{"ms",10}{"GFLOP/s",10}{"GB/s",8}");
        foreach (var r in rows)
            Console.WriteLine($"{r.name,-28}{r.ms,10:F3}{(r.gflops > 0 ? $"{r.gflops:F1}" : ""),10}{(r.gb_s > 0 ? $"{r.gb_s:F1}" : ""),8}");
    }
}
