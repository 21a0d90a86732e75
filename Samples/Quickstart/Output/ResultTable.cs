using Spectre.Console;
using Tef.Core.Models;

namespace Tef.Samples.Quickstart.Output;

/// <summary>Shows a result to a reader.</summary>
internal static class ResultTable
{
    public static void Write(IAnsiConsole console, ResultReport report, LanguageModelOptions model)
    {
        Table figures = NewTable("measured", "");
        figures.AddRow("validation loss", Show(report.ValidLoss, "F4", "nats per token"));
        figures.AddRow("perplexity", Show(report.Perplexity, "F2", ""));
        figures.AddRow("bits per byte", Show(report.BitsPerByte, "F4", ""));
        figures.AddRow("parameters", $"{report.Parameters:N0}");
        figures.AddRow("tokens seen", $"{report.TokensSeen:N0} in {report.TrainSeconds:F0} s, {report.TokensPerSecond:N0} per second");
        console.Write(figures);

        Table layers = NewTable("layer", "filter", "tokens kept");
        for (int layer = 0; layer < report.KeptSharePerLayer.Count; layer++)
            layers.AddRow($"{layer}", Filter(model, layer), $"{report.KeptSharePerLayer[layer] * 100:F1} %");
        if (report.KeptSharePerLayer.Count > 0)
            console.Write(layers);
    }

    private static Table NewTable(params string[] columns) =>
        new Table().Border(TableBorder.Simple).AddColumns([.. columns.Select(column => new TableColumn(column))]);

    private static string Filter(LanguageModelOptions model, int layer) =>
        model is Gpt2Options { Tef: { } tef } && tef.Filters(layer, model.LayerCount)
            ? $"{tef.Selector.GetType().Name}, {tef.Action}"
            : "none";

    private static string Show(double? value, string format, string unit) =>
        value is { } number ? $"{number.ToString(format)} {unit}".TrimEnd() : "not measured";
}
