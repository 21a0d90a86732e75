using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using TorchSharp;

namespace Tef.Benchmarks.Verbs;

/// <summary>Training steps with one thread and with several, in turn.</summary>
internal static class ScalingVerb
{
    public static Command Create()
    {
        var model = new ModelOptions();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Command command = new("scaling", "A training step with one thread against several, in turn.") { json, threads };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            int many = parsed.GetValue(threads), rounds = model.Steps(parsed);
            double[] alone = new double[rounds], together = new double[rounds];
            torch.set_num_threads(many);
            using var run = new TrainingRun(model.Size(parsed));
            run.Step();
            for (int round = 0; round < rounds; round++)
            {
                torch.set_num_threads(1);
                alone[round] = run.TimedStep();
                torch.set_num_threads(many);
                together[round] = run.TimedStep();
            }
            var report = new
            {
                verb = "scaling",
                threads = many,
                one_thread_ms = Math.Round(PeerReport.Median(alone) * 1e3, 1),
                all_threads_ms = Math.Round(PeerReport.Median(together) * 1e3, 1),
                ratio = Math.Round(PeerReport.Median([.. alone.Zip(together, (a, b) => a / b)]), 2),
            };
            Console.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(report)
                : $"one thread {report.one_thread_ms} ms per step, {many} threads {report.all_threads_ms} ms: {report.ratio}x");
        });
        return command;
    }
}
