using Spectre.Console;
using Tef.Core.Models;
using Tef.Samples.Common;

namespace Tef.Cli.Output;

/// <summary>Tokens down, blocks across: gates as bars or numbers.</summary>
internal static class GateTable
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <param name="words">The text of each token, <c>[T]</c>.</param>
    /// <param name="score">What the model says.</param>
    /// <param name="drawn">Bars in colour instead of numbers.</param>
    public static Table Create(IReadOnlyList<string> words, SequenceScore score, bool drawn)
    {
        int[] filtered = [.. Enumerable.Range(0, score.Gates.Length).Where(layer => score.Gates[layer].Length > 0)];
        Table table = Printer.NewTable(["token", "loss", .. filtered.Select(layer => $"block {layer}")]);
        table.Columns[1].RightAligned();
        for (int i = 0; i < words.Count; i++)
        {
            int dropped = filtered.Count(layer => !score.Kept[layer][i]);
            string word = Visible(words[i]).EscapeMarkup();
            List<string> cells =
            [
                drawn && dropped == filtered.Length && dropped > 0 ? $"[grey]{word}[/]" : word,
                i == 0 ? "" : $"{score.TokenLosses[i - 1]:F2}",
                .. filtered.Select(layer => Cell(score.Gates[layer][i], score.Kept[layer][i], drawn)),
            ];
            table.AddRow([.. cells]);
        }

        if (filtered.Length > 0)
            table.AddRow(["kept", "", .. filtered.Select(layer => $"{score.KeptShare[layer]:P0}")]);
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
