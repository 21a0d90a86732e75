using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.IO;
using Tef.Core.Models;
using Tef.Core.Runs;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef eval-thresholds</c>: what a model loses and saves when its filters keep more or fewer tokens.</summary>
internal static class ThresholdsCommand
{
    private const string About = "Measures a model under many thresholds of its token filters: the table of the original project.";

    private const string Details =
        """
        Each row is the model under another rule: its own, shares to keep by calibrated thresholds (--keep), gates to exceed (--gate)
        or cumulative shares of the gates (--tau). Without any of them, the cumulative shares of the original table for models that
        were trained with one, and shares to keep for others. Models of equal compute to compare with are given by --baseline.
        """;

    private static readonly float[] s_taus = [1, 0.99f, 0.95f, 0.9f, 0.7f, 0.5f];
    private static readonly float[] s_keeps = [1, 0.95f, 0.9f, 0.75f, 0.5f, 0.25f];

    public static Command Create()
    {
        var model = new ModelOptions();
        Option<string?> data = CommonOptions.Text("--data", "FILE", "The text: a file, a folder or a pattern. [default: the validation text of the run]");
        Option<float[]?> taus = Numbers("--tau", "Cumulative shares of the gates, such as 1,0.99,0.95.");
        Option<float[]?> keeps = Numbers("--keep", "Shares of tokens to keep, such as 0.9,0.5.");
        Option<float[]?> gates = Numbers("--gate", "Gates to exceed, such as 0.3,0.5.");
        Option<string[]> baselines = new("--baseline") { Description = "Another model to compare with, several times.", HelpName = "MODEL" };
        Option<bool> fast = new("--no-speed") { Description = "Measure no tokens per second." };
        Option<string?> output = CommonOptions.Text("--out", "FILE", "Write the table too: .md, .csv or .json.");
        output.Aliases.Add("-o");
        Option<bool> json = CommonOptions.Json();
        Command command = new("eval-thresholds", About);
        model.AddTo(command);
        foreach (Option option in (Option[])[data, taus, keeps, gates, baselines, fast, output, json])
            command.Add(option);
        DetailedHelp.Add(command, Details);
        command.Validators.Add(result =>
        {
            if (result.GetValue(output) is { } path && Path.GetExtension(path) is not (".md" or ".csv" or ".json"))
                result.AddError($"--out must end in .md, .csv or .json, but is '{path}'.");
        });
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            TefConfiguration configuration = model.LoadConfiguration(result);
            using OpenedModel opened = model.Open(result, configuration);
            List<SavedModel> others = [];
            try
            {
                List<NamedModel> models = [new(model.Path(result), opened.Model)];
                foreach (string path in result.GetValue(baselines) ?? [])
                {
                    SavedModel other = opened.OpenBeside(path);
                    others.Add(other);
                    models.Add(new NamedModel(path, other.Model));
                }

                FilterTableOptions options = Rules(
                    opened.Model, result.GetValue(taus) ?? [], result.GetValue(keeps) ?? [], result.GetValue(gates) ?? []) with
                {
                    MeasureSpeed = !result.GetValue(fast),
                };
                DataSettings settings = configuration.Data with { Valid = result.GetValue(data) ?? configuration.Data.Valid };
                using var texts = new RunTexts(settings, configuration.Training.Seed);
                ITokenSource text = texts.ReadValidation(opened.Tokenizer, CommandRunner.Interrupted);
                FilterTable table = FilterTable.Measure(opened.Backend, models, text, options, cancellation: CommandRunner.Interrupted);
                if (result.GetValue(output) is { } file)
                    AtomicFile.WriteAllText(file, Render(table, file));
                if (printer.Json)
                    Console.Out.Write(table.ToJson());
                else
                    printer.Console.Write(Draw(table, models.Count > 1, options.MeasureSpeed));
                return ExitCode.Success;
            }
            finally
            {
                others.ForEach(other => other.Dispose());
            }
        });
        return command;
    }

    private static FilterTableOptions Rules(ILanguageModel model, float[] taus, float[] keeps, float[] gates)
    {
        var options = new FilterTableOptions { Taus = taus, Keeps = keeps, Gates = gates };
        if (taus.Length + keeps.Length + gates.Length > 0)
            return options;
        return (model.Options as Gpt2Options)?.Tef?.Selector is CumulativeShare ? options with { Taus = s_taus } : options with { Keeps = s_keeps };
    }

    private static string Render(FilterTable table, string path) => Path.GetExtension(path) switch
    {
        ".csv" => table.ToCsv(),
        ".json" => table.ToJson(),
        _ => table.ToMarkdown(),
    };

    private static Table Draw(FilterTable table, bool several, bool speed)
    {
        string[] columns =
        [
            .. several ? ["model"] : Array.Empty<string>(), "rule", "loss", "perplexity", "bits/byte", "kept", "tokens kept",
            .. speed ? ["train", "prefill", "decode tokens/s"] : Array.Empty<string>(),
        ];
        Table drawn = Printer.NewTable(columns);
        foreach (TableColumn column in drawn.Columns.Skip(several ? 2 : 1))
            column.RightAligned();
        foreach (FilterTableRow row in table.Rows)
        {
            string[] cells =
            [
                .. several ? [row.Model] : Array.Empty<string>(), row.Rule, $"{row.Loss:F4}", $"{row.Perplexity:F2}", $"{row.BitsPerByte:F4}",
                $"{row.KeptShare.Average():P1}", $"{row.MeanKept:F1}",
                .. speed ? [Speed(row.TrainingSpeed), Speed(row.PrefillSpeed), Speed(row.DecodingSpeed)] : Array.Empty<string>(),
            ];
            drawn.AddRow(Array.ConvertAll(cells, cell => cell.EscapeMarkup()));
        }

        return drawn;
    }

    private static string Speed(double? tokens) => tokens is { } number ? $"{number:N0}" : "";

    private static Option<float[]?> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "LIST",
        CustomParser = result => Parse(name, result),
    };

    private static float[]? Parse(string name, ArgumentResult result)
    {
        List<float> numbers = [];
        foreach (string part in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) || number is not (>= 0 and <= 1))
            {
                result.AddError($"{name} must be a list of numbers from 0 to 1, such as 0.9,0.5, but has '{part}'.");
                return null;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }
}
