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
            MetaOptions codes = configuration.Data.Meta;
            if (result.GetValue(meta) is { } known)
                text = $"{codes.Begin}{known}{codes.End}{text}";
            using OpenedModel opened = model.Open(result, configuration);
            if (result.GetValue(json))
                WriteJson(opened, text, options);
            else if (options is { Beams: 1, ReturnSequences: 1 })
                Stream(opened, text, options);
            else
                WriteAll(opened, text, options);
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

    private static void Stream(OpenedModel opened, string prompt, GenerationOptions options)
    {
        Console.Out.Write(Printable.Text(prompt));
        foreach (string piece in PromptContinuation.Stream(opened.Model, opened.Tokenizer, prompt, options, CommandRunner.Interrupted))
            Console.Out.Write(Printable.Text(piece));
        Console.Out.WriteLine();
    }

    private static void WriteAll(OpenedModel opened, string prompt, GenerationOptions options)
    {
        IReadOnlyList<ContinuedText> texts =
            PromptContinuation.Continue(opened.Model, opened.Tokenizer, prompt, options, CommandRunner.Interrupted);
        for (int i = 0; i < texts.Count; i++)
        {
            Console.Out.WriteLine($"--- {i + 1} of {texts.Count}, score {texts[i].Sequence.Score:F3}");
            Console.Out.WriteLine(Printable.Text(texts[i].Text));
        }
    }

    private static void WriteJson(OpenedModel opened, string prompt, GenerationOptions options)
    {
        IReadOnlyList<ContinuedText> texts =
            PromptContinuation.Continue(opened.Model, opened.Tokenizer, prompt, options, CommandRunner.Interrupted);
        Printer.WriteJson(new
        {
            Prompt = prompt,
            Options = options,
            Sequences = texts.Select(text => new
            {
                text.Continuation,
                text.Text,
                text.Sequence.Tokens,
                text.Sequence.LogProbability,
                text.Sequence.Score,
                text.Sequence.FinishReason,
            }),
        });
    }
}
