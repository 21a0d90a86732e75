using Spectre.Console;
using Tef.Core.Filtering;
using Tef.Samples.Common;

namespace Tef.Cli.Output;

/// <summary>Tokens down, blocks across: gates as bars or numbers.</summary>
internal static class GateTable
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <param name="seen">What the filters make of the text.</param>
    /// <param name="drawn">Bars in colour instead of numbers.</param>
    public static Table Create(FilterInspection seen, bool drawn)
    {
        Table table = Printer.NewTable(["token", "loss", .. seen.Blocks.Select(block => $"block {block}")]);
        table.Columns[1].RightAligned();
        foreach (InspectedToken token in seen.Tokens)
        {
            string word = Visible(token.Text).EscapeMarkup();
            List<string> cells =
            [
                drawn && token.Kept.Count > 0 && !token.Kept.Contains(true) ? $"[grey]{word}[/]" : word,
                $"{token.Loss:F2}",
                .. token.Gates.Select((gate, block) => Cell(gate, token.Kept[block], drawn)),
            ];
            table.AddRow([.. cells]);
        }

        if (seen.Blocks.Count > 0)
            table.AddRow(["kept", "", .. seen.KeptShare.Select(share => $"{share:P0}")]);
        return table;
    }

    private static string Cell(float gate, bool kept, bool drawn)
    {
        if (!drawn)
            return (kept ? $"{gate:F3}" : $"({gate:F3})").EscapeMarkup();
        char bar = Bars[Math.Clamp((int)(gate * Bars.Length), 0, Bars.Length - 1)];
        return $"[{(kept ? "green" : "red")}]{new string(bar, 2)} {gate:F2}[/]";
    }

    /// <summary>Spaces and line ends as signs, so that tokens can be told apart.</summary>
    public static string Visible(string word) =>
        Printable.Text(word).Replace(' ', '·').Replace("\n", "↵", StringComparison.Ordinal);
}
