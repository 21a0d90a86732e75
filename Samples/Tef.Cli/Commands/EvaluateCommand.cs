using System.CommandLine;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Runs;
using Tef.Core.Training;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef validate</c> and <c>tef test</c>: measure a model on a text.</summary>
internal static class EvaluateCommand
{
    public static Command CreateValidate() => Create(
        "validate",
        "Measures a model on the validation text of its run, or on another.",
        "data.valid",
        (_, texts, tokenizer) => texts.ReadValidation(tokenizer, CommandRunner.Interrupted));

    public static Command CreateTest() => Create(
        "test",
        "Measures a model on a test text (data.test) that training never looked at.",
        "data.test",
        (data, texts, tokenizer) => texts.Read("data.test", data.Test, tokenizer, CommandRunner.Interrupted));

    private static Command Create(
        string name, string about, string option, Func<DataSettings, RunTexts, RunTokenizer, ITokenSource> read)
    {
        var model = new ModelOptions();
        Option<string?> data = CommonOptions.Text("--data", "FILE", $"The text: a file, a folder or a pattern. [default: {option} of the run]");
        Option<int?> stride = NumberOption.Whole(
            "--stride", "Tokens by which windows advance; smaller ones give each token more context and cost more. [default: the context]");
        Option<int?> batch = NumberOption.Whole("--batch", "Windows of a forward pass. [default: 16]");
        Option<bool> json = CommonOptions.Json();
        Command command = new(name, about);
        model.AddTo(command);
        foreach (Option more in (Option[])[data, stride, batch, json])
            command.Add(more);
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            TefConfiguration configuration = model.LoadConfiguration(result);
            DataSettings settings = result.GetValue(data) is { } path
                ? configuration.Data with { Valid = path, Test = path }
                : configuration.Data;
            using OpenedModel opened = model.Open(result, configuration);
            using var texts = new RunTexts(settings, configuration.Training.Seed);
            ITokenSource tokens = read(settings, texts, opened.Tokenizer);
            EvaluationResult measured = opened.Backend.Evaluate(
                opened.Model,
                tokens,
                new EvaluationOptions { BatchSize = result.GetValue(batch) ?? 16, Stride = result.GetValue(stride) ?? 0 },
                CommandRunner.Interrupted);
            if (printer.Json)
            {
                Printer.WriteJson(EvaluationReport.Summary(measured));
                return ExitCode.Success;
            }

            printer.Field("model", opened.Source);
            EvaluationReport.Write(printer, measured);
            return ExitCode.Success;
        });
        return command;
    }
}
