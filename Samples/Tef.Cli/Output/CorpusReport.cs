using Spectre.Console;
using Tef.Core.Text.Corpora;

namespace Tef.Cli.Output;

/// <summary>Shows what there is in a corpus.</summary>
internal static class CorpusReport
{
    private const int BarWidth = 40;

    public static void Write(Printer printer, string path, CorpusStatistics statistics)
    {
        LengthStatistics lengths = statistics.Lengths;
        printer.Field("corpus", path);
        printer.Field("documents", $"{statistics.Documents:N0}, {statistics.DocumentsWithMeta:N0} with meta, {statistics.DuplicateDocuments:N0} duplicates");
        printer.Field("text", $"{statistics.Bytes:N0} bytes, {statistics.Characters:N0} characters, {statistics.Lines:N0} lines");
        if (statistics.Tokens is { } tokens)
        {
            printer.Field("tokens", $"{tokens.Count:N0} of {tokens.VocabularySize:N0} kinds, {tokens.BytesPerToken:F2} bytes each, {tokens.Unknown:N0} unknown");
            printer.Field("rare tokens", $"{tokens.RarelyUsed:N0} kinds less than {tokens.RareBelow} times, {tokens.NeverUsed:N0} never");
            printer.Field("rarest", string.Join(" ", tokens.Rarest.Select(Describe)));
            printer.Field("most frequent", string.Join(" ", tokens.MostFrequent.Select(Describe)));
        }

        printer.Field("lengths", $"{lengths.Unit}: {lengths.Shortest:N0} to {lengths.Longest:N0}, mean {lengths.Mean:F1}, median {lengths.Median:N0}, "
            + $"90 % up to {lengths.Percentile90:N0}, 99 % up to {lengths.Percentile99:N0}");
        long most = Math.Max(1, lengths.Histogram.Select(bin => bin.Documents).DefaultIfEmpty().Max());
        Table table = Printer.NewTable(lengths.Unit, "documents", "");
        table.Columns[0].RightAligned();
        table.Columns[1].RightAligned();
        foreach (LengthBin bin in lengths.Histogram)
        {
            int bar = (int)Math.Ceiling((double)bin.Documents * BarWidth / most);
            table.AddRow($"{bin.From:N0} to {bin.To:N0}", $"{bin.Documents:N0}", new string('█', bar));
        }

        printer.Console.Write(table);
    }

    private static string Describe(TokenCount token) => $"'{GateTable.Visible(token.Text)}' {token.Count:N0}";
}
