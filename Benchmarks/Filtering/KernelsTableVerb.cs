using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.ManagedEngine;
using Tef.Benchmarks.Filtering.Lab;
using Tef.Benchmarks.Measuring;
using Tef.Benchmarks.Verbs;
using Tef.Core.Filtering;
using Tef.Core.IO;
using Tef.Core.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Benchmarks.Filtering;

/// <summary>The kernels of the token filter: plain tensor operations against those of the managed engine.</summary>
internal static class KernelsTableVerb
{
    private const int Width = 256;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Option<double> seconds = CommonOptions.Seconds(0.1);
        Option<FileInfo?> output = new("--out") { Description = "Also writes the figures to a JSON file.", HelpName = "file" };
        Option<int> steps = new("--steps")
        {
            Description = "Training steps of the seed's mode with either kernels; none when zero.",
            DefaultValueFactory = _ => 20,
            HelpName = "count",
        };
        Command command = new("kernels", "Keep mask, compact, expand, gate and blend, and a training step of the seed's mode: reference against managed-fused.")
        {
            threads,
            json,
            seconds,
            output,
            steps,
        };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            var kernels = Kernels(parsed.GetValue(seconds)).ToList();
            var training = Training(Math.Max(0, parsed.GetValue(steps)));
            string text = JsonSerializer.Serialize(new { verb = "tef kernels", threads = parsed.GetValue(threads), kernels, training }, Format) + "\n";
            if (parsed.GetValue(output) is { } file)
                AtomicFile.WriteAllText(file.FullName, text);
            if (parsed.GetValue(json))
                Console.Write(text);
            else
                Print(kernels, training);
        });
        return command;
    }

    private static IEnumerable<KernelTime> Kernels(double seconds)
    {
        ITokenFilterKernels reference = new ReferenceTokenFilterKernels(), fused = new ManagedTokenFilterKernels();
        foreach (var (batch, length) in new[] { (1, 128), (1, 1024), (8, 256), (16, 512), (32, 1024) })
        {
            using var scope = NewDisposeScope();
            manual_seed(1);
            var gates = (randn(batch, length) * 2).sigmoid();
            var rows = randn(batch * length, Width);
            var index = (rand(batch * length) < 0.5).nonzero().squeeze(-1);
            var gate = gates.view(-1, 1);
            var keep = rand(batch * length) < 0.9;
            var cases = new (string Name, Func<ITokenFilterKernels, Func<Tensor>> Of)[]
            {
                ("keep mask, τ 0.9", kernels => () => kernels.KeepMask(gates, null, 0.9f)),
                ("compact", kernels => Trained(() => kernels.Compact(rows, index), rows)),
                ("expand", kernels =>
                {
                    var packed = randn(index.shape[0], Width);
                    return Trained(() => kernels.Expand(rows, index, packed), rows, packed);
                }),
                ("gate", kernels => Trained(() => kernels.Gate(rows, gate, keep), rows, gate)),
                ("blend", kernels =>
                {
                    var computed = randn(rows.shape);
                    return Trained(() => kernels.Blend(rows, computed, gate), rows, computed, gate);
                }),
            };
            foreach (var (name, of) in cases)
            {
                Func<Tensor> plain = of(reference), quick = of(fused);
                var (slow, fast) = Alternating(plain, quick, seconds);
                yield return new KernelTime(name, batch, length, Round(slow * 1e6), Round(fast * 1e6), Round(slow / fast));
            }
        }

        static double Round(double value) => Math.Round(value, 2);
    }

    /// <summary>Forward, and backward through all inputs, as in training.</summary>
    private static Func<Tensor> Trained(Func<Tensor> forward, params Tensor[] inputs)
    {
        foreach (var input in inputs)
            input.requires_grad_();
        var result = forward();
        var gradient = randn(result.shape);
        return () =>
        {
            var y = forward();
            y.backward([gradient]);
            foreach (var input in inputs)
                input.grad = null;
            return y;
        };
    }

    /// <summary>The best of each, in turns, so that both meet the same machine.</summary>
    private static (double First, double Second) Alternating(Func<Tensor> first, Func<Tensor> second, double seconds)
    {
        double bestFirst = double.PositiveInfinity, bestSecond = double.PositiveInfinity;
        long started = Stopwatch.GetTimestamp();
        do
        {
            bestFirst = Math.Min(bestFirst, Once(first));
            bestSecond = Math.Min(bestSecond, Once(second));
        }
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < 2 * seconds);
        return (bestFirst, bestSecond);

        static double Once(Func<Tensor> run)
        {
            const int repeats = 4;
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < repeats; i++)
            {
                using var scope = NewDisposeScope();
                run();
            }
            return Stopwatch.GetElapsedTime(begin).TotalSeconds / repeats;
        }
    }

    /// <summary>Training steps of the seed's mode and of routing at 16 × 512 and width 64, with either kernels in turn.</summary>
    private static List<TrainingTime> Training(int steps)
    {
        var times = new List<TrainingTime>();
        if (steps == 0)
            return times;
        var model = new Gpt2Options { VocabularySize = 1024, Context = 512, Layers = 6, Width = 64, Heads = 2, Dropout = 0 };
        foreach (var (name, tef) in new[]
        {
            ("seed τ 0.9", TefOptions.Seed(0.9f) with { Mode = MaskMode.Train }),
            ("routed 0.5", TefOptions.Routed(0.5f)),
        })
        {
            using var reference = new TrainingRun(model with { Tef = tef }, 16, 512, new ReferenceTokenFilterKernels());
            using var fused = new TrainingRun(model with { Tef = tef }, 16, 512, new ManagedTokenFilterKernels());
            double[] slow = new double[steps], fast = new double[steps];
            reference.Time(2);
            fused.Time(2);
            for (int i = 0; i < steps; i++)
            {
                slow[i] = Step(reference);
                fast[i] = Step(fused);
            }
            double before = PeerReport.Median(slow), after = PeerReport.Median(fast);
            times.Add(new TrainingTime(name, Math.Round(before * 1e3, 2), Math.Round(after * 1e3, 2), Math.Round(1 - (after / before), 4)));
        }
        return times;

        static double Step(TrainingRun run)
        {
            long started = Stopwatch.GetTimestamp();
            run.Step();
            return Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
    }

    private static void Print(List<KernelTime> kernels, List<TrainingTime> training)
    {
        Console.WriteLine($"{"kernel",-20}{"B × T",12}{"reference µs",14}{"fused µs",12}{"times",8}");
        foreach (var time in kernels)
            Console.WriteLine($"{time.Kernel,-20}{$"{time.Batch} × {time.Length}",12}{time.Reference,14:F1}{time.Fused,12:F1}{time.Ratio,8:F1}");
        foreach (var time in training)
            Console.WriteLine($"training step, {time.Mode,-14}{time.Reference,12:F1} ms{time.Fused,12:F1} ms, {time.Saved:P1} saved");
    }
}
