namespace Tef.Samples.Quickstart.Stories;

/// <summary>A table of words: a line of column names, then a line for each entry, cells separated by <c>|</c>.</summary>
internal sealed class WordTable
{
    private WordTable(IReadOnlyList<WordRow> rows) => Rows = rows;

    public IReadOnlyList<WordRow> Rows { get; }

    /// <exception cref="FormatException">A line has another number of cells than the first, or an empty cell.</exception>
    public static WordTable Parse(string name, string text)
    {
        string[][] lines =
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        ];
        string[] columns = lines[0];
        var rows = new List<WordRow>(lines.Length - 1);
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length != columns.Length || lines[i].Contains(""))
            {
                throw new FormatException(
                    $"{name}, row {i}: expected {columns.Length} filled cells, found '{string.Join(" | ", lines[i])}'.");
            }

            rows.Add(new WordRow(columns[0], columns.Zip(lines[i]).ToDictionary(cell => cell.First, cell => cell.Second)));
        }

        return new WordTable(rows);
    }
}

/// <summary>One entry of a <see cref="WordTable"/>.</summary>
internal sealed class WordRow(string key, Dictionary<string, string> cells)
{
    /// <summary>The cell of the first column.</summary>
    public string Key { get; } = cells[key];

    public string this[string column] => cells[column];

    public string? Find(string column) => cells.GetValueOrDefault(column);

    /// <summary>A cell that holds several phrases separated by <c>;</c>.</summary>
    public string[] List(string column) => cells[column].Split(';', StringSplitOptions.TrimEntries);
}
