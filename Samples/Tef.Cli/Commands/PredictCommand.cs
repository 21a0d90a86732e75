using System.CommandLine;
using System.Text;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Generation;
using Tef.Core.IO;
using Tef.Core.Runs;
using Tef.Core.Text;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef predict</c>: scores every document of a text, and continues it if asked.</summary>
internal static class PredictCommand
{
    private const string About = "Scores every document of a text: one JSON object a line with its tokens, loss, perplexity, bits per byte and kept tokens.";

    private const string Details =
        """
        Documents longer than the context are scored window by window; the meta of a document is given before it to models that were
        trained with meta. With --continue each line has a continuation too, by the options for generation.
        """;

    public static Command Create()
    {
        var model = new ModelOptions();
        var generation = new GenerationArguments();
        Argument<string> data = new("TEXT") { Description = "A file, a folder or a pattern." };
        Option<string?> output = CommonOptions.Text("--out", "FILE", "Where to write the lines. [default: the output]");
        output.Aliases.Add("-o");
        Option<bool> goOn = new("--continue") { Description = "Continue every document too." };
        Command command = new("predict", About);
        model.AddTo(command);
        command.Add(data);
        command.Add(output);
        command.Add(goOn);
        generation.AddTo(command);
        DetailedHelp.Add(command, Details);
        command.SetAction(result =>
        {
            TefConfiguration configuration = model.LoadConfiguration(result);
            GenerationOptions? options = result.GetValue(goOn) ? generation.Apply(result, configuration.Generation) : null;
            options?.Validate();
            using var texts = new RunTexts(configuration.Data);
            IEnumerable<TextDocument> documents = texts.Documents("TEXT", result.GetValue(data));
            using OpenedModel opened = model.Open(result, configuration);
            var codes = new ControlCodes(opened.Tokenizer, configuration.Data.Meta);
            Write(result.GetValue(output), documents.Select((document, index) => Line(opened, document, index, codes, options)));
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(string? path, IEnumerable<string> lines)
    {
        if (path is null)
        {
            foreach (string line in lines)
                Console.Out.WriteLine(line);
            return;
        }

        AtomicFile.Write(path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            foreach (string line in lines)
                writer.WriteLine(line);
        });
    }

    private static string Line(OpenedModel opened, TextDocument document, int index, ControlCodes codes, GenerationOptions? options)
    {
        CommandRunner.Interrupted.ThrowIfCancellationRequested();
        IReadOnlyList<int> meta = codes.Prefix(document.Meta);
        DocumentScore score = DocumentScore.Of(opened.Model, opened.Tokenizer, document.Text, meta);
        return Printer.JsonLine(new
        {
            Index = index,
            document.Source,
            document.Meta,
            Tokens = score.PredictedTokens,
            score.Bytes,
            score.Loss,
            score.Perplexity,
            score.BitsPerByte,
            score.KeptShare,
            Continuation = options is null
                ? null
                : PromptContinuation.Continue(opened.Model, opened.Tokenizer, document.Text, options, meta, CommandRunner.Interrupted)
                    .Select(text => text.Continuation),
        });
    }
}
