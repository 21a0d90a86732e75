using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Tef.Benchmarks.Tokenizers;

namespace Tef.Benchmarks.Verbs;

/// <summary>Training and encoding of tokenizers, beside SentencePiece where it is installed.</summary>
internal static class TokenizersVerb
{
    private static readonly string[] Kinds = [TokenizerRun.ByteLevel, "bpe", "unigram"];

    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string?> text = new("--text") { Description = "A text, one document a line; generated when absent.", HelpName = "file" };
        Option<double?> megabytes = new("--megabytes")
        {
            Description = "Makes the text this large, with new words as it grows; the file as it is, or 4, when absent.",
            HelpName = "size",
        };
        Option<int> vocabulary = new("--vocabulary") { Description = "Tokens.", DefaultValueFactory = _ => 8192, HelpName = "count" };
        Option<int> rounds = new("--rounds") { Description = "How often each is timed.", DefaultValueFactory = _ => 3, HelpName = "count" };
        Option<string[]> kinds = new("--kinds")
        {
            Description = "What to train.",
            DefaultValueFactory = _ => Kinds,
            AllowMultipleArgumentsPerToken = true,
            HelpName = string.Join('|', Kinds),
        };
        kinds.AcceptOnlyFromAmong(Kinds);
        rounds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is not (>= 1 and <= 100))
                result.AddError("--rounds must be from 1 to 100.");
        });
        megabytes.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is not (null or (> 0 and <= 100_000)))
                result.AddError("--megabytes must be above 0 and up to 100000.");
        });
        Command command = new("tokenizers", "Training and encoding of BPE and Unigram tokenizers, in turns with SentencePiece's programs.")
        {
            json, threads, text, megabytes, vocabulary, rounds, kinds,
        };
        command.SetAction(parsed =>
        {
            string folder = Directory.CreateTempSubdirectory("tef-tokenizers-").FullName;
            try
            {
                using var corpus = CorpusFile.Create(parsed.GetValue(text), parsed.GetValue(megabytes), folder);
                bool peer = SentencePieceTools.AreInstalled;
                var reports = parsed.GetValue(kinds)!.Select(kind => new TokenizerRun(
                    kind, corpus, parsed.GetValue(vocabulary), parsed.GetValue(threads), peer, folder).Measure(parsed.GetValue(rounds)));
                if (parsed.GetValue(json))
                    Console.WriteLine(JsonSerializer.Serialize(new { verb = "tokenizers", peer, rows = reports }));
                else
                    Print(reports, peer);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        });
        return command;
    }

    private static void Print(IEnumerable<TokenizerReport> reports, bool peer)
    {
        Console.WriteLine($"{"kind",-10}{"MB",8}{"tokens",8}{"threads",9}{"train s",10}{"spm s",9}{"ratio",8}"
            + $"{"encode MB/s",13}{"spm MB/s",10}{"ratio",8}{"bytes/token",13}");
        foreach (TokenizerReport report in reports)
        {
            Console.WriteLine(
                $"{report.Kind,-10}{report.Megabytes,8:F1}{report.Vocabulary,8}{report.Threads,9}{report.TrainSeconds,10:F2}"
                + $"{Number(report.PeerTrainSeconds, "F2"),9}{Number(report.PeerTrainSeconds / report.TrainSeconds, "F2"),8}"
                + $"{report.EncodeMegabytesPerSecond,13:F1}{Number(report.PeerEncodeMegabytesPerSecond, "F1"),10}"
                + $"{Number(report.EncodeMegabytesPerSecond / report.PeerEncodeMegabytesPerSecond, "F2"),8}{report.BytesPerToken,13:F2}");
        }

        Console.WriteLine(peer ? "Ratios above 1: faster here. Encoding here is of text in memory on one thread." : SentencePieceTools.Missing);
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.CurrentCulture) ?? "-";
}
