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
        Option<string> lab = LabOptions.Lab();
        Option<FileInfo?> output = new("--out") { Description = "Also writes the figures to a JSON file.", HelpName = "file" };
        Command command = new("steps", "Training step times of dense, shallower and routed models, interleaved, beside the ratio of their arithmetic.")
        {
            threads,
            json,
            rounds,
            lab,
            output,
        };
        command.SetAction(parsed =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            var times = Measure(parsed.Value(lab), Math.Max(1, parsed.GetValue(rounds)));
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

    private static List<StepTime> Measure(LabSetup lab, int rounds)
    {
        var plans = Plans.Timed(lab);
        var runs = plans.Select(plan => new TrainingRun(
            plan.Model, lab.Batch, lab.Dense.Context, new ManagedTokenFilterKernels(), lab.Optimizer)).ToArray();
        var seconds = runs.Select(_ => new double[rounds]).ToArray();
        var kept = runs.Select(_ => new double[lab.Dense.Layers]).ToArray();
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
        double dense = PeerReport.Median(seconds[0]), arithmetic = ModelArithmetic.ForwardPerToken(lab.Dense);
        var times = new List<StepTime>();
        for (int i = 0; i < runs.Length; i++)
        {
            float[] shares = [.. kept[i].Take(plans[i].Model.Layers).Select(share => (float)share)];
            times.Add(new StepTime(
                plans[i].Name,
                Math.Round(PeerReport.Median(seconds[i]) * 1e3, 3),
                Math.Round(PeerReport.Median(seconds[i]) / dense, 4),
                Math.Round(ModelArithmetic.ForwardPerToken(plans[i].Model, shares) / arithmetic, 4),
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
