using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;

namespace Tef.Benchmarks.Verbs;

/// <summary>The same work here and in PyTorch, in turn, so that a drifting machine is fair to both.</summary>
internal static class CompareVerb
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<int> rounds = new("--rounds") { Description = "Times that each side runs; medians count.", DefaultValueFactory = _ => 3 };
        Option<string[]> modes = new("--modes")
        {
            Description = "What to compare: train-small, train-124M, decode-124M.",
            DefaultValueFactory = _ => ["train-small", "train-124M", "decode-124M"],
            AllowMultipleArgumentsPerToken = true,
        };
        modes.AcceptOnlyFromAmong("train-small", "train-124M", "decode-124M");
        Command command = new("compare", "Training and decoding here against PyTorch, where a python3 has it.") { json, threads, rounds, modes };
        command.SetAction(parsed =>
        {
            if (PythonPeer.Find() is not { } python)
            {
                Console.Error.WriteLine("No python3 with torch was found (on Debian: apt-get install python3-torch; or set TEF_PYTHON).");
                return 1;
            }
            var rows = parsed.GetValue(modes)!.Select(mode => Compare(python, mode, parsed.GetValue(threads), parsed.GetValue(rounds))).ToArray();
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(rows));
                return 0;
            }
            Console.WriteLine($"{"work",-14}{"ours tokens/s",16}{"peer tokens/s",16}{"ratio",8}   ratios by round");
            foreach (var row in rows)
            {
                Console.WriteLine($"{row.Work,-14}{row.Ours,16:F1}{row.Peer,16:F1}{row.Ratio,8:F2}   "
                    + string.Join(" ", row.Ratios.Select(ratio => ratio.ToString("F2"))) + $"   ({row.PeerName})");
            }
            return 0;
        });
        return command;
    }

    private static Comparison Compare(string python, string mode, int threads, int rounds)
    {
        string verb = mode.Split('-')[0];
        var size = mode.EndsWith("small", StringComparison.Ordinal) ? ModelSize.Small : ModelSize.Large;
        string[] arguments =
        [
            verb, "--layers", $"{size.Layers}", "--dim", $"{size.Dim}", "--heads", $"{size.Heads}", "--ctx", $"{size.Ctx}",
            "--batch", $"{size.Batch}", "--vocab", $"{size.Vocab}", "--steps", "5", "--new-tokens", "64", "--threads", $"{threads}",
        ];
        double[] ours = new double[rounds], peers = new double[rounds];
        string name = "";
        for (int round = 0; round < rounds; round++)
        {
            ours[round] = Speed(RunOurs([.. arguments, "--json"]), out _);
            peers[round] = Speed(PythonPeer.Run(python, arguments), out name);
        }
        double[] ratios = [.. ours.Zip(peers, (a, b) => Math.Round(a / b, 3))];
        return new Comparison(mode, name, PeerReport.Median(ours), PeerReport.Median(peers), PeerReport.Median(ratios), ratios);
    }

    /// <summary>A process of its own for each measurement, as the peer has.</summary>
    private static string RunOurs(string[] arguments)
    {
        string program = Environment.ProcessPath!;
        bool hosted = Path.GetFileNameWithoutExtension(program) == "dotnet";
        return PythonPeer.TryRun(program, hosted ? [typeof(CompareVerb).Assembly.Location, .. arguments] : arguments)
            ?? throw new InvalidOperationException($"The measurement '{string.Join(' ', arguments)}' failed.");
    }

    private static double Speed(string json, out string peer)
    {
        using var document = JsonDocument.Parse(json);
        peer = document.RootElement.GetProperty("peer").GetString()!;
        return document.RootElement.GetProperty("tokens_per_s").GetDouble();
    }

    /// <param name="Work">What was compared.</param>
    /// <param name="PeerName">The peer and its version.</param>
    /// <param name="Ours">Median tokens per second here.</param>
    /// <param name="Peer">Median tokens per second of the peer.</param>
    /// <param name="Ratio">Median of the ratios.</param>
    /// <param name="Ratios">The ratio of each round.</param>
    private sealed record Comparison(string Work, string PeerName, double Ours, double Peer, double Ratio, double[] Ratios);
}
