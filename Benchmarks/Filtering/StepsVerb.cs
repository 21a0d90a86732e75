using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Tef.Backends.Torch.ManagedEngine;
using Tef.Benchmarks.Filtering.Lab;
using Tef.Benchmarks.Measuring;
using Tef.Benchmarks.Verbs;
using Tef.Core.IO;
using TorchSharp;

namespace Tef.Benchmarks.Filtering;

/// <summary>Step times of the experiments' models, a step of each in turn, so that all meet the same machine.</summary>
internal static class StepsVerb
{
    public static Command Create()
    {
        Option<int> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        Option<int> rounds = new("--rounds") { Description = "Measured steps of each model.", DefaultValueFactory = _ => 30, HelpName = "count" };
        Option<string> size = new("--size")
        {
            Description = "lab: the models of the experiments; wide: the same with 256 numbers per token, contexts of 256 and 8 sequences.",
            DefaultValueFactory = _ => "lab",
            HelpName = "name",
        };
        size.AcceptOnlyFromAmong("lab", "wide");
        Option<FileInfo?> output = new("--out") { Description = "Also writes the figures to a JSON file.", HelpName = "file" };
        Command command = new("steps", "Training step times of dense, shallower and routed models, interleaved, beside the ratio of their arithmetic.")
        {
            threads,
            json,
            rounds,
            size,
            output,
        };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            var times = Measure(parsed.GetValue(size) == "wide", Math.Max(1, parsed.GetValue(rounds)));
            string text = JsonSerializer.Serialize(new { verb = "tef steps", threads = parsed.GetValue(threads), times }, Format) + "\n";
            if (parsed.GetValue(output) is { } file)
                AtomicFile.WriteAllText(file.FullName, text);
            if (parsed.GetValue(json))
                Console.Write(text);
            else
                Print(times);
        });
        return command;
    }

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    private static List<StepTime> Measure(bool wide, int rounds)
    {
        var plans = Plans.Timed.Select(item => (
            item.Name,
            Options: wide ? item.Model with { Width = 256, Heads = 8, Context = 256, VocabularySize = 4096 } : item.Model)).ToArray();
        int batch = wide ? 8 : Plans.Training(1).BatchSize;
        var runs = plans.Select(plan => new TrainingRun(plan.Options, batch, plan.Options.Context, new ManagedTokenFilterKernels())).ToArray();
        var seconds = runs.Select(_ => new double[rounds]).ToArray();
        var kept = runs.Select(_ => new double[Plans.Dense.Layers]).ToArray();
        // Thresholds find their place before the clock runs.
        foreach (var run in runs)
        {
            for (int i = 0; i < 5; i++)
                run.Step();
        }
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                long started = Stopwatch.GetTimestamp();
                runs[i].Step();
                seconds[i][round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
                for (int layer = 0; layer < runs[i].KeptShare.Length; layer++)
                    kept[i][layer] += runs[i].KeptShare[layer] / rounds;
            }
        }
        double dense = PeerReport.Median(seconds[0]), arithmetic = ModelArithmetic.ForwardPerToken(plans[0].Options);
        var times = new List<StepTime>();
        for (int i = 0; i < runs.Length; i++)
        {
            float[] shares = [.. kept[i].Take(plans[i].Options.Layers).Select(share => (float)share)];
            times.Add(new StepTime(
                plans[i].Name,
                Math.Round(PeerReport.Median(seconds[i]) * 1e3, 3),
                Math.Round(PeerReport.Median(seconds[i]) / dense, 4),
                Math.Round(ModelArithmetic.ForwardPerToken(plans[i].Options, shares) / arithmetic, 4),
                shares));
            runs[i].Dispose();
        }
        return times;
    }

    private static void Print(List<StepTime> times)
    {
        Console.WriteLine($"{"model",-28}{"ms",10}{"of dense",10}{"arithmetic",12}  kept");
        foreach (var time in times)
        {
            Console.WriteLine(
                $"{time.Model,-28}{time.Milliseconds,10:F2}{time.OfDense,10:F3}{time.Arithmetic,12:F3}  "
                + string.Join(" ", time.Kept.Select(share => $"{share:0.##}")));
        }
    }
}
