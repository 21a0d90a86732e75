using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using TorchSharp;

namespace Tef.Benchmarks.Verbs;

/// <summary>The time of a training step.</summary>
internal static class TrainVerb
{
    private const double PeakSeconds = 0.2;

    public static Command Create()
    {
        var model = new ModelOptions();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Command command = new("train", "A training step of GPT-2 on random tokens: forward, backward and AdamW.") { json, threads };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            var size = model.Size(parsed);
            torch.set_num_threads(parsed.GetValue(threads));
            using var run = new TrainingRun(size);
            bool isJson = parsed.GetValue(json);
            double peak = isJson ? 0 : FmaPeak.Measure(parsed.GetValue(threads), PeakSeconds);
            double[] seconds = run.Time(model.Steps(parsed));
            var report = PeerReport.Of("train", size, parsed.GetValue(threads), run.Parameters, seconds, (long)size.Batch * size.Ctx);
            if (isJson)
            {
                Console.WriteLine(JsonSerializer.Serialize(report));
                return;
            }
            // The clock may have moved meanwhile.
            peak = Math.Max(peak, FmaPeak.Measure(parsed.GetValue(threads), PeakSeconds));
            double gflops = size.TrainingFlops / PeerReport.Median(seconds) / 1e9;
            Console.WriteLine($"{report.ParametersMillion:F2} M parameters, {report.Threads} threads: {report.MedianMilliseconds:F1} ms per step, "
                + $"{report.TokensPerSecond:F0} tokens/s, {gflops:F0} GFLOP/s of model arithmetic, {gflops / peak:P0} of the multiply-add peak");
        });
        return command;
    }
}
