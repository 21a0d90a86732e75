using System.CommandLine;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Filtering;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef inspect</c>: draws which tokens each block keeps.</summary>
internal static class InspectCommand
{
    private const string About = "Shows what a model sees in a text: each token with its loss, and for each block its gate and whether the block keeps it.";

    private const string Details =
        """
        In a terminal a gate is a bar in the colour of what happens to the token: green is kept, red is dropped. Elsewhere it is a
        number, in brackets when dropped.
        """;

    public static Command Create()
    {
        var model = new ModelOptions();
        Option<string?> text = CommonOptions.Text("--text", "TEXT", "The text; '-' reads it from the input.");
        text.Aliases.Add("-t");
        text.Required = true;
        Option<bool> json = CommonOptions.Json();
        Command command = new("inspect", About);
        model.AddTo(command);
        command.Add(text);
        command.Add(json);
        DetailedHelp.Add(command, Details);
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            TefConfiguration configuration = model.LoadConfiguration(result);
            string given = result.GetValue(text)!;
            string content = given == "-" ? Console.In.ReadToEnd() : given;
            using OpenedModel opened = model.Open(result, configuration);
            Run(opened, content, printer);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Run(OpenedModel opened, string text, Printer printer)
    {
        int[] tokens = [opened.Tokenizer.EndOfTextId, .. opened.Tokenizer.Encode(text)];
        int context = opened.Model.Options.Context;
        if (tokens.Length > context)
        {
            throw new ArgumentException(
                $"The text has {tokens.Length} tokens with the end-of-text token before it, but the model's context holds {context}.");
        }

        FilterInspection seen = FilterInspection.Of(opened.Model, tokens, opened.Tokenizer.Describe);
        if (printer.Json)
        {
            Console.Out.Write(seen.ToJson());
            return;
        }

        printer.Field("model", opened.Source);
        printer.Field("token filter", ModelText.DescribeFilter(opened.Model.Options));
        printer.Field("loss", $"{seen.Loss:F4} nats per token, perplexity {Math.Exp(seen.Loss):F2}");
        printer.Console.Write(GateTable.Create(seen, printer.Interactive));
    }
}
