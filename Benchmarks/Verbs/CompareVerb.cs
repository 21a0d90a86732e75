using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;

namespace Tef.Benchmarks.Verbs;

/// <summary>The same work here and in PyTorch, in turn, so that a drifting machine is fair to both.</summary>
internal static class CompareVerb
{
    public static Command Create()
    {
        string[] names = [.. ComparedWork.All.Select(work => work.Name)];
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<bool> quick = new("--quick") { Description = "One short round: a first impression in about two minutes." };
        Option<int?> rounds = new("--rounds") { Description = "Times that each side runs; medians count (3, or 1 with --quick).", HelpName = "count" };
        rounds.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int number) || number < 1))
                result.AddError($"--rounds is '{result.Tokens[0].Value}'; a whole number of at least 1 was expected.");
        });
        Option<string[]> modes = new("--modes")
        {
            Description = $"What to compare: {string.Join(", ", names)}.",
            DefaultValueFactory = _ => names,
            AllowMultipleArgumentsPerToken = true,
            HelpName = "work",
        };
        modes.AcceptOnlyFromAmong(names);
        Command command = new("compare", "Training and decoding here against PyTorch, where a python3 has it: speed and peak memory.")
        {
            json, threads, quick, rounds, modes,
        };
        command.SetAction(parsed =>
        {
            if (PythonPeer.Find() is not { } python)
            {
                Console.Error.WriteLine("No python3 with torch was found (on Debian: apt-get install python3-torch; or set TEF_PYTHON).");
                return 1;
            }
            if (PythonPeer.Handicap(python) is { } handicap)
                Console.Error.WriteLine($"warning: {handicap}");
            bool isQuick = parsed.GetValue(quick);
            var comparison = new Comparison(
                python, parsed.GetValue(threads), parsed.GetValue(rounds) ?? (isQuick ? 1 : 3), steps: isQuick ? 2 : 4, newTokens: isQuick ? 16 : 48);
            var rows = comparison.Run([.. ComparedWork.All.Where(work => parsed.GetValue(modes)!.Contains(work.Name))]);
            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(rows));
            else
                Print(rows);
            return 0;
        });
        return command;
    }

    private static void Print(ComparisonRow[] rows)
    {
        Console.WriteLine($"{"work",-18}{"ours tokens/s",15}{"peer tokens/s",15}{"speed",8}{"ours MB",10}{"peer MB",10}{"memory",8}   speed by round");
        foreach (var row in rows)
        {
            Console.WriteLine(
                $"{row.Work,-18}{row.Ours,15:F1}{row.PeerSpeed,15:F1}{row.Ratio + "x",8}{row.OursMegabytes,10:F0}{row.PeerMegabytes,10:F0}"
                + $"{row.MemoryRatio + "x",8}   {string.Join(" ", row.Ratios.Select(ratio => ratio.ToString("F2")))}");
        }
        Console.WriteLine($"peer: {rows.Select(row => row.Peer).FirstOrDefault()}; float32 on its side throughout; medians over the rounds");
    }
}
