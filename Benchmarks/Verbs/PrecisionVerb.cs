using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using Tef.Core.Models;
using Tef.Core.Training;
using TorchSharp;

namespace Tef.Benchmarks.Verbs;

/// <summary>The perplexity that weights in fewer bits cost.</summary>
internal static class PrecisionVerb
{
    public static Command Create()
    {
        var model = new ModelOptions();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<FileInfo> text = new("--text")
        {
            Description = "A text to learn and measure byte by byte; its last tenth is measured. Without it, a generated one.",
            HelpName = "file",
        };
        text.AcceptExistingOnly();
        Command command = new("precision", "Trains a model for --steps and measures it with weights in float32, bfloat16 and int8.")
        {
            json,
            threads,
            text,
        };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            using var run = new PrecisionRun(
                model.Size(parsed), model.Steps(parsed), parsed.GetValue(text) is { } file ? File.ReadAllBytes(file.FullName) : null);
            PrecisionCost[] costs = [run.Cost(InferencePrecision.BFloat16), run.Cost(InferencePrecision.Int8)];
            var report = new
            {
                verb = "precision",
                tokens = costs[0].Full.Tokens,
                perplexity = costs[0].Full.Perplexity,
                weights = costs.Select(cost => new
                {
                    dtype = PeerReport.TypeName(cost.Precision),
                    perplexity = cost.Reduced.Perplexity,
                    change = cost.PerplexityChange,
                }).ToArray(),
            };
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(report));
                return;
            }
            Console.WriteLine($"{report.tokens} bytes predicted, perplexity {report.perplexity:F4} in float32");
            foreach (var row in report.weights)
                Console.WriteLine($"{row.dtype,-6}{row.perplexity,10:F4}{row.change,12:+0.0000%;-0.0000%}");
        });
        return command;
    }
}
