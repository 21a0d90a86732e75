using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using Tef.Cli.CommandLine;
using Tef.Cli.Output;
using Tef.Core.Runs;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Text.Corpora;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef data</c>: counts, cleans and divides corpora.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Counts, cleans and divides corpora.")
    {
        CreateStatistics(),
        CreateClean(),
        CreateSplit(),
    };

    private static Command CreateStatistics()
    {
        Argument<string> input = Input();
        Option<DocumentFormat> format = Format();
        Option<string?> tokenizer = CommonOptions.Text("--tokenizer", "DIR", "A tokenizer, run or checkpoint, to count tokens too.");
        Option<int?> rare = NumberOption.Whole("--rare-below", "Occurrences below which a token is rare. [default: 10]");
        Option<bool> json = CommonOptions.Json();
        Command command = new("stats", "Shows how many and how long documents are, and what a tokenizer makes of them.")
        {
            input, format, tokenizer, rare, json,
        };
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            string path = result.GetValue(input)!;
            RunTokenizer? encoder = result.GetValue(tokenizer) is { } folder ? SavedModel.OpenTokenizer(folder) : null;
            CorpusStatistics statistics = CorpusMeasurement.Run(
                DocumentReader.Read(path, new DocumentReadOptions { Format = result.GetValue(format) }),
                encoder,
                result.GetValue(rare) ?? 10,
                cancellation: CommandRunner.Interrupted);
            if (printer.Json)
                Printer.WriteJson(statistics);
            else
                CorpusReport.Write(printer, path, statistics);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateClean()
    {
        Argument<string> input = Input();
        Argument<string> output = new("OUT") { Description = "The file to write: stories, or JSON lines when it ends in .jsonl." };
        Option<DocumentFormat> format = Format();
        Option<CleaningPreset> preset =
            CommonOptions.Choice("--preset", "Steps that belong together:", new CleaningOptions().Preset);
        Option<CleaningStep[]?> steps = new("--step")
        {
            Description = $"A step instead of the preset's, several times: {string.Join(", ", Enum.GetNames<CleaningStep>())}.",
            HelpName = "NAME",
        };
        Option<string?> language = CommonOptions.Text("--language", "CODE", "Whose letters and digits are kept, such as en. [default: en]");
        Option<bool> json = CommonOptions.Json();
        Command command = new("clean", "Cleans every document of a corpus.") { input, output, format, preset, steps, language, json };
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            var cleaning = new CleaningOptions { Preset = result.GetValue(preset), Steps = result.GetValue(steps) ?? [] };
            if (result.GetValue(language) is { } code)
                cleaning = cleaning with { Language = code };
            CleaningResult done = CorpusCleaning.Run(
                result.GetValue(input)!,
                result.GetValue(output)!,
                cleaning,
                new DocumentReadOptions { Format = result.GetValue(format) },
                cancellation: CommandRunner.Interrupted);
            if (printer.Json)
            {
                Printer.WriteJson(done);
                return ExitCode.Success;
            }

            printer.Field("read", $"{done.DocumentsRead:N0} documents, {done.BytesRead:N0} bytes");
            printer.Field("steps", string.Join(", ", done.Cleaning.ActiveSteps));
            printer.Field("written", $"{done.DocumentsWritten:N0} documents, {done.BytesWritten:N0} bytes, to {result.GetValue(output)}");
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateSplit()
    {
        Argument<string> input = Input();
        Argument<SplitPart[]> parts = new("PART")
        {
            Description = "Files with their shares of the documents: train.txt=0.9 valid.txt=0.05 test.txt=0.05.",
            Arity = ArgumentArity.OneOrMore,
            HelpName = "FILE=SHARE",
            CustomParser = result => [.. result.Tokens.Select(token => ParsePart(token.Value, result)).OfType<SplitPart>()],
        };
        Option<DocumentFormat> format = Format();
        Option<int?> seed = NumberOption.Whole("--seed", "The same seed gives the same parts. [default: 42]", 0);
        Option<bool> json = CommonOptions.Json();
        Command command = new("split", "Divides a corpus into files, document by document.") { input, parts, format, seed, json };
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            IReadOnlyList<SplitResult> made = CorpusSplit.Run(
                result.GetValue(input)!,
                result.GetValue(parts)!,
                result.GetValue(seed) ?? 42,
                new DocumentReadOptions { Format = result.GetValue(format) },
                cancellation: CommandRunner.Interrupted);
            if (printer.Json)
            {
                Printer.WriteJson(made);
                return ExitCode.Success;
            }

            foreach (SplitResult part in made)
                printer.Field("written", $"{part.Path}, {part.Documents:N0} documents, {part.TextBytes:N0} bytes");
            return ExitCode.Success;
        });
        return command;
    }

    private static Argument<string> Input() => new("TEXT") { Description = "A file, a folder or a pattern." };

    private static Option<DocumentFormat> Format() =>
        CommonOptions.Choice("--format", "How documents lie in the files:", DocumentFormat.Auto);

    private static SplitPart? ParsePart(string text, ArgumentResult result)
    {
        int equals = text.LastIndexOf('=');
        if (equals > 0 && double.TryParse(text[(equals + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and <= 1)
            return new SplitPart(text[..equals], share);
        result.AddError($"A part has the form FILE=SHARE with a share above 0 and at most 1, such as train.txt=0.9, but one is '{text}'.");
        return null;
    }
}
