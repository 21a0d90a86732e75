using System.CommandLine;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Generation;
using Tef.Core.Runs;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef generate</c>: continues prompts.</summary>
internal static class GenerateCommand
{
    private const string About = "Continues a prompt.";

    private const string Details =
        """
        The options of the run (generation.*) hold unless the command line says otherwise. Greedy is --greedy; beam search is
        --beams N; sampling is the rest, narrowed by --temperature, --top-k and --top-p. A single sequence appears while it is
        written. Without a prompt, or with '-', the prompt is read from the input when that is no terminal; a text from nothing
        is written otherwise.
        """;

    public static Command Create()
    {
        var model = new ModelOptions();
        var generation = new GenerationArguments();
        Option<string?> prompt = CommonOptions.Text("--prompt", "TEXT", "The text to continue; '-' reads it from the input.");
        prompt.Aliases.Add("-p");
        Option<string?> meta = CommonOptions.Text("--meta", "TEXT", "What is known about the document to write, for models trained with meta.");
        Option<bool> json = CommonOptions.Json();
        Command command = new("generate", About);
        model.AddTo(command);
        command.Add(prompt);
        command.Add(meta);
        generation.AddTo(command);
        command.Add(json);
        DetailedHelp.Add(command, Details);
        command.SetAction(result =>
        {
            TefConfiguration configuration = model.LoadConfiguration(result);
            GenerationOptions options = generation.Apply(result, configuration.Generation);
            options.Validate();
            string text = ReadPrompt(result.GetValue(prompt));
            using OpenedModel opened = model.Open(result, configuration);
            var codes = new ControlCodes(opened.Tokenizer, configuration.Data.Meta with { Use = true });
            var request = new Request(opened, text, codes.Prefix(result.GetValue(meta)), options);
            if (result.GetValue(json))
                WriteJson(request, result.GetValue(meta));
            else if (options is { Beams: 1, ReturnSequences: 1 })
                Stream(request);
            else
                WriteAll(request);
            return ExitCode.Success;
        });
        return command;
    }

    private static string ReadPrompt(string? prompt) => prompt switch
    {
        "-" => Console.In.ReadToEnd().TrimEnd('\n', '\r'),
        null => "",
        _ => prompt,
    };

    private static void Stream(Request request)
    {
        Console.Out.Write(Printable.Text(request.Prompt));
        IEnumerable<string> pieces = PromptContinuation.Stream(
            request.Opened.Model, request.Opened.Tokenizer, request.Prompt, request.Options, request.Codes, CommandRunner.Interrupted);
        foreach (string piece in pieces)
            Console.Out.Write(Printable.Text(piece));
        Console.Out.WriteLine();
    }

    private static void WriteAll(Request request)
    {
        IReadOnlyList<ContinuedText> texts = Continue(request);
        for (int i = 0; i < texts.Count; i++)
        {
            Console.Out.WriteLine($"--- {i + 1} of {texts.Count}, score {texts[i].Sequence.Score:F3}");
            Console.Out.WriteLine(Printable.Text(texts[i].Text));
        }
    }

    private static void WriteJson(Request request, string? meta) => Printer.WriteJson(new
    {
        request.Prompt,
        Meta = meta,
        request.Options,
        Sequences = Continue(request).Select(text => new
        {
            text.Continuation,
            text.Text,
            text.Sequence.Tokens,
            text.Sequence.LogProbability,
            text.Sequence.Score,
            text.Sequence.FinishReason,
        }),
    });

    private static IReadOnlyList<ContinuedText> Continue(Request request) => PromptContinuation.Continue(
        request.Opened.Model, request.Opened.Tokenizer, request.Prompt, request.Options, request.Codes, CommandRunner.Interrupted);

    /// <summary>What is to be continued, and how.</summary>
    private sealed record Request(OpenedModel Opened, string Prompt, IReadOnlyList<int> Codes, GenerationOptions Options);
}
