using System.CommandLine;
using Tef.Cli.CommandLine;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Runs;
using Tef.Core.Text;
using Tef.Core.Tokenization;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef tokenizer</c>: trains tokenizers and turns text into ids and back.</summary>
internal static class TokenizerCommand
{
    private const string TrainDetails =
        """
        Files and single options of a configuration hold too (-c, --set): 'tokenizer.*' for the vocabulary, such as
        tokenizer.sentencePiece.characterCoverage, 'data.reading', 'data.cleaning' and 'data.meta' for the text. What a byte-level
        BPE leaves are vocab.json and merges.txt, what SentencePiece leaves is tokenizer.model, as the tools of both read them.
        """;

    public static Command Create() => new("tokenizer", "Trains tokenizers, turns text into ids and ids into text.")
    {
        CreateTrain(),
        CreateEncode(),
        CreateDecode(),
    };

    private static Command CreateTrain()
    {
        var configuration = new ConfigurationOptions();
        Argument<string> data = new("TEXT") { Description = "A file, a folder or a pattern." };
        Option<string> output = new("--out", "-o") { Description = "The folder for its files.", HelpName = "DIR", Required = true };
        Option<TokenizerKind?> kind = CommonOptions.OptionalChoice<TokenizerKind>("--kind", "The kind of vocabulary:", new TokenizerSettings().Kind);
        Option<int?> size = NumberOption.Whole("--vocabulary", "Tokens: 256 bytes, merges or pieces, special ones. [default: 4096]", 257, 1_000_000);
        Option<int?> frequency = NumberOption.Whole("--min-frequency", "Occurrences that a pair of a byte-level BPE needs to be merged. [default: 2]");
        Option<string?> end = CommonOptions.Text("--end-of-text", "TOKEN", $"The token between documents. [default: {BpeTrainerOptions.EndOfText}]");
        Option<bool> json = CommonOptions.Json();
        Command command = new("train", "Trains a tokenizer: byte-level BPE as GPT-2 has one, or a SentencePiece model.")
        {
            data, output, kind, size, frequency, end, json,
        };
        configuration.AddTo(command);
        DetailedHelp.Add(command, TrainDetails);
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            List<string> more = [];
            if (result.GetValue(kind) is { } chosen)
                more.Add($"tokenizer.kind={chosen}");
            if (result.GetValue(size) is { } tokens)
                more.Add($"tokenizer.vocabularySize={tokens}");
            if (result.GetValue(frequency) is { } occurrences)
                more.Add($"tokenizer.minFrequency={occurrences}");
            TefConfiguration all = configuration.Load(result, more: more);
            TokenizerSettings settings = all.Tokenizer with { EndOfText = result.GetValue(end) ?? all.Tokenizer.EndOfText };
            settings.Validate();
            using var texts = new RunTexts(all.Data);
            IEnumerable<TextDocument> documents = texts.Documents("TEXT", result.GetValue(data));
            RunTokenizer tokenizer = TokenizerProgressDisplay.Show(printer, progress => RunTokenizer.Train(
                documents, settings, all.Data.Meta, all.Run.Threads, progress, CommandRunner.Interrupted));
            string folder = result.GetValue(output)!;
            tokenizer.Save(folder);
            if (printer.Json)
                Printer.WriteJson(new { Folder = folder, tokenizer.Kind, Tokens = tokenizer.VocabularySize, Files = tokenizer.Files.Keys });
            else
                printer.Field("tokenizer", $"{ModelText.Describe(tokenizer)}, in {folder}: {string.Join(", ", tokenizer.Files.Keys)}");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateEncode()
    {
        Argument<string> tokenizer = TokenizerArgument();
        Argument<string?> text = OptionalArgument("TEXT", "The text; read from the input when missing or '-'.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("encode", "Turns text into ids.") { tokenizer, text, json };
        command.SetAction(result =>
        {
            RunTokenizer loaded = SavedModel.OpenTokenizer(result.GetValue(tokenizer)!);
            int[] ids = loaded.Encode(Read(result.GetValue(text)));
            if (result.GetValue(json))
                Printer.WriteJson(new { Ids = ids, Tokens = ids.Select(id => loaded.Describe(id)) });
            else
                Console.Out.WriteLine(string.Join(' ', ids));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateDecode()
    {
        Argument<string> tokenizer = TokenizerArgument();
        Argument<string[]> ids = new("IDS") { Description = "The ids; read from the input when missing.", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("decode", "Turns ids into text.") { tokenizer, ids };
        command.SetAction(result =>
        {
            string[] given = result.GetValue(ids) is { Length: > 0 } listed ? listed : [Console.In.ReadToEnd()];
            int[] parsed =
            [
                .. given.SelectMany(part => part.Split([' ', ',', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)).Select(Parse),
            ];
            Console.Out.WriteLine(SavedModel.OpenTokenizer(result.GetValue(tokenizer)!).Decode(parsed, special: true));
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> TokenizerArgument() => new("TOKENIZER")
    {
        Description = "A folder with vocab.json and merges.txt or with a SentencePiece .model, that file, a run folder or a checkpoint.",
    };

    private static Argument<string?> OptionalArgument(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static string Read(string? text) => text is null or "-" ? Console.In.ReadToEnd() : text;

    private static int Parse(string id) => int.TryParse(id, out int value)
        ? value
        : throw new ArgumentException($"An id must be a whole number, but one is '{id}'.");
}
