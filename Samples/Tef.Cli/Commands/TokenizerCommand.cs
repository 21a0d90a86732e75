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
    public static Command Create() => new("tokenizer", "Trains tokenizers, turns text into ids and ids into text.")
    {
        CreateTrain(),
        CreateEncode(),
        CreateDecode(),
    };

    private static Command CreateTrain()
    {
        Argument<string> data = new("TEXT") { Description = "A file, a folder or a pattern." };
        Option<string> output = new("--out", "-o") { Description = "The folder for vocab.json and merges.txt.", HelpName = "DIR", Required = true };
        Option<int?> size = NumberOption.Whole("--vocabulary", "Tokens: 256 bytes, merges, the end-of-text token. [default: 4096]", 257, 1_000_000);
        Option<int?> frequency = NumberOption.Whole("--min-frequency", "Occurrences that a pair needs to be merged. [default: 2]");
        Option<string?> end = CommonOptions.Text("--end-of-text", "TOKEN", $"The token between documents. [default: {BpeTrainerOptions.EndOfText}]");
        Option<bool> json = CommonOptions.Json();
        Command command = new("train", "Trains a byte-level BPE tokenizer as GPT-2 has one.") { data, output, size, frequency, end, json };
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            var settings = new TokenizerSettings();
            settings = settings with
            {
                VocabularySize = result.GetValue(size) ?? settings.VocabularySize,
                MinFrequency = result.GetValue(frequency) ?? settings.MinFrequency,
                EndOfText = result.GetValue(end) ?? settings.EndOfText,
            };
            settings.Validate();
            IEnumerable<TextDocument> documents = DocumentReader.Read(result.GetValue(data)!);
            RunTokenizer tokenizer = TokenizerProgressDisplay.Show(
                printer, progress => RunTokenizer.Train(documents, settings, progress: progress, cancellation: CommandRunner.Interrupted));
            string folder = result.GetValue(output)!;
            tokenizer.Save(folder);
            if (printer.Json)
                Printer.WriteJson(new { Folder = folder, Tokens = tokenizer.VocabularySize, Merges = tokenizer.Vocabulary.Merges.Count });
            else
                printer.Field("tokenizer", $"{tokenizer.VocabularySize:N0} tokens, {tokenizer.Vocabulary.Merges.Count:N0} merges, in {folder}");
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
            RunTokenizer loaded = Load(result.GetValue(tokenizer)!);
            int[] ids = loaded.Encode(Read(result.GetValue(text)));
            if (result.GetValue(json))
                Printer.WriteJson(new { Ids = ids, Tokens = ids.Select(id => loaded.Decode([id], special: true)) });
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
            Console.Out.WriteLine(Load(result.GetValue(tokenizer)!).Decode(parsed, special: true));
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> TokenizerArgument() => new("TOKENIZER")
    {
        Description = "A folder with vocab.json and merges.txt, or a run folder.",
    };

    private static Argument<string?> OptionalArgument(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };

    public static RunTokenizer Load(string path) => RunFolder.IsRun(path)
        ? RunTokenizer.Load(new RunFolder(path).Tokenizer, new RunFolder(path).ReadConfiguration().Tokenizer.EndOfText)
        : RunTokenizer.Load(path);

    private static string Read(string? text) => text is null or "-" ? Console.In.ReadToEnd() : text;

    private static int Parse(string id) => int.TryParse(id, out int value)
        ? value
        : throw new ArgumentException($"An id must be a whole number, but one is '{id}'.");
}
