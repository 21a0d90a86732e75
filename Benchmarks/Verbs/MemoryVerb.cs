using System.CommandLine;
using System.Runtime;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using TorchSharp;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Verbs;

/// <summary>What training steps ask of memory once they are under way.</summary>
internal static class MemoryVerb
{
    private const int Steps = 50;

    public static Command Create()
    {
        var model = new ModelOptions();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Command command = new("memory", $"Native bytes, managed bytes and page faults of {Steps} training steps after warm-up.") { json, threads };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            using (var tiny = new TrainingRun(new ModelSize(Layers: 2, Dim: 16, Heads: 2, Ctx: 16, Batch: 2, Vocab: 64)))
                LetTheCompilerFinish(tiny, stepsPerRound: 60);
            using var run = new TrainingRun(model.Size(parsed));
            WalkNursery();
            _ = PageFaults();
            LetTheCompilerFinish(run, stepsPerRound: 5);
            long native = NativePool.LiveBytes + NativePool.CachedBytes, managed = GC.GetTotalAllocatedBytes(), faults = PageFaults();
            for (int i = 0; i < Steps; i++)
                run.Step();
            // At once: to write the report is new to the compiler.
            long faultsAfter = PageFaults();
            var report = new
            {
                verb = "memory",
                steps = Steps,
                native_peak_mb = Math.Round(NativePool.PeakBytes / 1e6, 1),
                native_growth_bytes_per_step = (NativePool.LiveBytes + NativePool.CachedBytes - native) / Steps,
                managed_bytes_per_step = (GC.GetTotalAllocatedBytes() - managed) / Steps,
                page_faults_per_step = faults < 0 ? (double?)null : Math.Round((faultsAfter - faults) / (double)Steps, 2),
                resident_peak_mb = Math.Round(System.Diagnostics.Process.GetCurrentProcess().PeakWorkingSet64 / 1e6, 1),
            };
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(report));
                return;
            }
            Console.WriteLine($"native peak {report.native_peak_mb} MB, resident peak {report.resident_peak_mb} MB; per step: native growth "
                + $"{report.native_growth_bytes_per_step} bytes, managed {report.managed_bytes_per_step} bytes, "
                + $"page faults {report.page_faults_per_step?.ToString() ?? "unknown on this system"}");
        });
        return command;
    }

    /// <summary>
    /// Steps until no method on the way is compiled any more: the compiler waits for calls, and for quiet, and what it does touches
    /// memory that the steps do not. A model that costs nothing comes first, then the one that is measured, whose sizes take other ways.
    /// </summary>
    private static void LetTheCompilerFinish(TrainingRun run, int stepsPerRound)
    {
        const int MostRounds = 40, QuietRounds = 6;
        int quiet = 0;
        for (int round = 0; round < MostRounds && quiet < QuietRounds; round++)
        {
            long compiled = JitInfo.GetCompiledMethodCount();
            for (int i = 0; i < stepsPerRound; i++)
                run.Step();
            Thread.Sleep(TimeSpan.FromSeconds(0.25));
            quiet = JitInfo.GetCompiledMethodCount() == compiled ? quiet + 1 : 0;
        }
    }

    /// <summary>
    /// Makes garbage until the collector has come round a few times. The memory for young objects is touched for the first time then, and
    /// not in the first hundred steps, which need only a little of it each.
    /// </summary>
    private static void WalkNursery()
    {
        int rounds = GC.CollectionCount(0) + 4;
        while (GC.CollectionCount(0) < rounds)
            GC.KeepAlive(new byte[1000]);
    }

    /// <summary>Page faults of this process so far, or −1 where the system does not tell in this way.</summary>
    private static long PageFaults()
    {
        const string file = "/proc/self/stat";
        if (!File.Exists(file))
            return -1;
        // After the name in brackets: state, five ids, flags, minor faults, …, major faults.
        string[] fields = File.ReadAllText(file).Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(fields[7]) + long.Parse(fields[9]);
    }
}
