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
        Option<bool> bandwidth = new("--bandwidth")
        {
            Description = "Measure the read bandwidth of memory before each run, and print the share of it that decoding reaches.",
        };
        Command command = new("decode", "Greedy decoding of one sequence over cached keys and values.") { json, threads, weights, bandwidth };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            var size = model.Size(parsed);
            int newTokens = model.NewTokens(parsed);
            torch.set_num_threads(parsed.GetValue(threads));
            var precision = parsed.GetValue(weights);
            using var run = new DecodingRun(size, precision);
            if (parsed.GetValue(bandwidth))
            {
                PrintBandwidth(run, model.Steps(parsed), newTokens, parsed.GetValue(threads), PeerReport.TypeName(precision), parsed.GetValue(json));
                return;
            }
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

    /// <summary>Bandwidth and decoding in turn, so that a drifting machine is fair to both; medians of the rounds.</summary>
    private static void PrintBandwidth(DecodingRun run, int rounds, int newTokens, int threads, string type, bool json)
    {
        const double Seconds = 0.3;
        run.Time(1, newTokens);
        double[] read = new double[rounds], reached = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            read[round] = Bandwidth.Read(threads, Seconds);
            reached[round] = run.BytesPerToken * newTokens / run.Time(1, newTokens)[0] / 1e9;
        }
        double share = PeerReport.Median([.. reached.Zip(read, (a, b) => a / b)]);
        var report = new
        {
            verb = "decode",
            dtype = type,
            threads,
            weights_gb_s = Math.Round(PeerReport.Median(reached), 1),
            read_gb_s = Math.Round(PeerReport.Median(read), 1),
            share = Math.Round(share, 3),
        };
        Console.WriteLine(json
            ? JsonSerializer.Serialize(report)
            : $"{type}, {threads} threads: {report.weights_gb_s} GB/s of weights, memory reads at {report.read_gb_s} GB/s: {share:P0}");
    }
}
