using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Tef.Benchmarks.Filtering.Lab;
using Tef.Benchmarks.Verbs;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.IO;
using TorchSharp;

namespace Tef.Benchmarks.Filtering;

/// <summary>The evaluation table of trained runs.</summary>
internal static class TableVerb
{
    /// <summary>Tokens of the training text that calibrate thresholds.</summary>
    private const int CalibrationTokens = 32768;

    /// <summary>The same weights with dropped tokens treated otherwise: what makes masking collapse.</summary>
    private static readonly (string Suffix, Func<TefOptions, TefOptions> Change)[] Variants =
    [
        ("", tef => tef),
        (", position 0 kept", tef => tef with { AlwaysKeepFirst = true }),
        (", residual", tef => tef with { Action = TokenAction.Route }),
        (", residual, position 0 kept", tef => tef with { Action = TokenAction.Route, AlwaysKeepFirst = true }),
    ];

    public static Command Create()
    {
        Option<string[]> runs = new("--runs")
        {
            Description = "Names of runs whose weights are in the folder, a comma between them; the first seed of each.",
            HelpName = "names",
            Required = true,
            CustomParser = result => result.Tokens[0].Value.Split(','),
        };
        Option<float[]> gates = Numbers("--gates", "Gates to exceed in place of the models' own rules, a comma between them.");
        Option<float[]> keeps = Numbers("--keeps", "Shares to keep by thresholds that the training text gives, a comma between them.");
        Option<float[]> taus = Numbers("--taus", "Cumulative shares to keep, a comma between them.");
        Option<string> name = new("--name") { Description = "Name of the written files.", DefaultValueFactory = _ => "table", HelpName = "name" };
        Option<bool> variants = new("--variants")
        {
            Description = "Adds each model with filters under other actions with the same weights: dropped tokens on the residual path, position 0 kept, both.",
        };
        Option<bool> speed = new("--speed") { Description = "Also measures training, prefill and decoding." };
        Option<string> lab = LabOptions.Lab();
        Option<DirectoryInfo> data = LabOptions.Data();
        Option<DirectoryInfo> output = LabOptions.Out();
        Option<int?> steps = LabOptions.Steps();
        Option<int> threads = CommonOptions.Threads();
        Command command = new("table", "Perplexity, kept tokens, speed and cache of trained runs under several rules; written as Markdown, CSV and JSON.")
        {
            runs,
            lab,
            gates,
            keeps,
            taus,
            name,
            variants,
            speed,
            data,
            output,
            steps,
            threads,
        };
        command.SetAction((parsed, cancellation) =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            using var services = LabOptions.Services();
            var backend = LabOptions.Backend(services);
            var setup = parsed.Value(lab);
            var texts = LabTexts.Read(parsed.GetValue(data)!.FullName, setup.Dense.VocabularySize);
            string folder = parsed.GetValue(output)!.FullName;
            RunSetting[] plans = [.. new Plans(setup, parsed.GetValue(steps) ?? setup.Steps).All];
            var models = new List<NamedModel>();
            try
            {
                foreach (string run in parsed.GetValue(runs)!)
                {
                    foreach (var (suffix, change) in parsed.GetValue(variants) ? Variants : Variants.Take(1))
                        models.Add(new NamedModel(run + suffix, TrainedRuns.Load(backend, plans, run, texts, folder, change)));
                }
                var table = FilterTable.Measure(
                    backend,
                    models,
                    texts.Validation,
                    new FilterTableOptions
                    {
                        Gates = parsed.GetValue(gates) ?? [],
                        Keeps = parsed.GetValue(keeps) ?? [],
                        Taus = parsed.GetValue(taus) ?? [],
                        CalibrationText = new SliceTokenSource(texts.Training, 0, Math.Min(CalibrationTokens, texts.Training.Count), 0),
                        MeasureSpeed = parsed.GetValue(speed),
                    },
                    cancellation: cancellation);
                string file = Path.Combine(folder, parsed.GetValue(name)!);
                AtomicFile.WriteAllText($"{file}.md", table.ToMarkdown());
                AtomicFile.WriteAllText($"{file}.csv", table.ToCsv());
                AtomicFile.WriteAllText($"{file}.json", table.ToJson());
                Console.Write(table.ToMarkdown());
            }
            finally
            {
                foreach (var model in models)
                    model.Model.Dispose();
            }
            return Task.FromResult(0);
        });
        return command;
    }

    private static Option<float[]> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "numbers",
        CustomParser = result => [.. result.Tokens[0].Value.Split(',').Select(text => Number(result, name, text))],
    };

    private static float Number(ArgumentResult result, string name, string text)
    {
        if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value))
            result.AddError($"{name} has '{text}'; a number was expected.");
        return value;
    }
}
