using System.CommandLine;
using Spectre.Console;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Models;
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

        SequenceScore score = opened.Model.Score(tokens);
        string[] words = Array.ConvertAll(tokens, token => opened.Tokenizer.Decode([token], special: true));
        if (printer.Json)
        {
            Printer.WriteJson(new
            {
                score.Loss,
                score.Perplexity,
                score.KeptShare,
                Tokens = words.Select((word, i) => new
                {
                    Id = tokens[i],
                    Text = word,
                    Loss = i == 0 ? (float?)null : score.TokenLosses[i - 1],
                    Gates = score.Gates.Select(gates => gates.Length == 0 ? (float?)null : gates[i]),
                    Kept = score.Kept.Select(kept => kept.Length == 0 || kept[i]),
                }),
            });
            return;
        }

        printer.Field("model", opened.Source);
        printer.Field("token filter", ModelText.DescribeFilter(opened.Model.Options));
        printer.Field("loss", $"{score.Loss:F4} nats per token, perplexity {score.Perplexity:F2}");
        printer.Console.Write(GateTable.Create(words, score, printer.Interactive));
    }
}
