using System.Text.Json;
using Tef.Benchmarks.Measuring;
using Tef.Core.Models;

namespace Tef.Benchmarks.Verbs;

/// <summary>Rounds in which each side does each work once, in processes of their own.</summary>
internal sealed class Comparison(string python, int threads, int rounds, int steps, int newTokens)
{
    private string _peer = "";

    public ComparisonRow[] Run(IReadOnlyList<ComparedWork> works)
    {
        var ours = works.ToDictionary(work => work, _ => new List<Measurement>());
        var peers = works.ToDictionary(work => work, _ => new List<Measurement>());
        for (int round = 0; round < rounds; round++)
        {
            // Work that differs on our side alone shares the peer's run of the round.
            Dictionary<string, Measurement> shared = [];
            foreach (var work in works)
            {
                string[] arguments = work.Arguments(threads, steps, newTokens);
                string[] weights = work.Weights == InferencePrecision.Float32 ? [] : ["--weights", $"{work.Weights}"];
                ours[work].Add(Parse(RunOurs([.. arguments, .. weights, "--json"]), out _));
                string key = string.Join(' ', arguments);
                if (!shared.TryGetValue(key, out var peer))
                    shared.Add(key, peer = Parse(PythonPeer.Run(python, arguments), out _peer));
                peers[work].Add(peer);
            }
        }
        return [.. works.Select(work => Row(work, [.. ours[work]], [.. peers[work]]))];
    }

    private ComparisonRow Row(ComparedWork work, Measurement[] ours, Measurement[] peers)
    {
        double[] ratios = [.. ours.Zip(peers, (a, b) => Math.Round(a.TokensPerSecond / b.TokensPerSecond, 3))];
        double oursMegabytes = ours.Max(m => m.Megabytes), peerMegabytes = peers.Max(m => m.Megabytes);
        return new ComparisonRow(
            work.Name, _peer, PeerReport.Median([.. ours.Select(m => m.TokensPerSecond)]), PeerReport.Median([.. peers.Select(m => m.TokensPerSecond)]),
            Math.Round(PeerReport.Median(ratios), 2), ratios, oursMegabytes, peerMegabytes,
            peerMegabytes > 0 ? Math.Round(oursMegabytes / peerMegabytes, 2) : 0);
    }

    private static ChildOutput RunOurs(string[] arguments)
    {
        string program = Environment.ProcessPath!;
        bool hosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return ChildProcess.TryRun(program, hosted ? [typeof(Comparison).Assembly.Location, .. arguments] : arguments)
            ?? throw new InvalidOperationException($"The measurement '{string.Join(' ', arguments)}' failed.");
    }

    private static Measurement Parse(ChildOutput output, out string peer)
    {
        using var document = JsonDocument.Parse(output.Text);
        peer = document.RootElement.GetProperty("peer").GetString()!;
        return new Measurement(document.RootElement.GetProperty("tokens_per_s").GetDouble(), Math.Round(output.PeakBytes / 1e6, 1));
    }

    private readonly record struct Measurement(double TokensPerSecond, double Megabytes);
}
