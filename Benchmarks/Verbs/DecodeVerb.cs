using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using Tef.Core.Models;
using TorchSharp;

namespace Tef.Benchmarks.Verbs;

/// <summary>The time of decoding.</summary>
internal static class DecodeVerb
{
    public static Command Create()
    {
        var model = new ModelOptions();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<InferencePrecision> weights = CommonOptions.Weights();
        Command command = new("decode", "Greedy decoding of one sequence over cached keys and values.") { json, threads, weights };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            var size = model.Size(parsed);
            int newTokens = model.NewTokens(parsed);
            torch.set_num_threads(parsed.GetValue(threads));
            var precision = parsed.GetValue(weights);
            using var run = new DecodingRun(size, precision);
            double[] seconds = run.Time(model.Steps(parsed), newTokens);
            var report = PeerReport.Of("decode", size, parsed.GetValue(threads), run.Parameters, seconds, newTokens) with
            {
                Type = PeerReport.TypeName(precision),
            };
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(report));
                return;
            }
            double bytes = run.BytesPerToken * newTokens / PeerReport.Median(seconds) / 1e9;
            Console.WriteLine($"{report.ParametersMillion:F2} M parameters, {report.Type}, {report.Threads} threads: "
                + $"{report.TokensPerSecond:F1} tokens/s, {bytes:F1} GB/s of weights");
        });
        return command;
    }
}
