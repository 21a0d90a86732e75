using System.Globalization;
using System.Text;

namespace Tef.Core.Tracking.Files;

/// <summary>
/// Writes <c>metrics.csv</c>: a column <c>step</c> and one for each name in the order of appearance, a row for each step, which
/// grows with every report of the step. A new name rewrites the file with one more column. Texts and histograms are left out.
/// </summary>
public sealed class CsvTracker : IRunTracker
{
    /// <summary>The file in the run folder.</summary>
    public const string FileName = "metrics.csv";

    private readonly List<string> _columns = ["step"];
    private readonly Dictionary<string, double> _row = [];
    private RowFile? _file;
    private long? _step;

    /// <inheritdoc />
    public string Name => "csv";

    /// <inheritdoc />
    public void Start(TrackedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _columns.RemoveRange(1, _columns.Count - 1);
        _file = new RowFile(
            Path.Combine(run.Folder, FileName),
            run.ResumedStep is { } resumed ? (number, line) => number == 0 ? ReadHeader(line) : IsBefore(line, resumed) : null);
        if (_file.IsEmpty)
            _file.Append(Header());
    }

    /// <inheritdoc />
    public void Scalars(long step, IReadOnlyList<Metric> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        RowFile file = _file ?? throw new InvalidOperationException("The tracker was not started.");
        bool isNew = step != _step;
        if (isNew)
            _row.Clear();
        foreach (Metric metric in values)
            _row[metric.Name.ReplaceLineEndings(" ")] = metric.Value;
        string[] added = [.. _row.Keys.Where(name => !_columns.Contains(name))];
        if (added.Length > 0)
        {
            _columns.AddRange(added);
            file.Replace((number, line) => number == 0 ? Header() : line + new string(',', added.Length));
        }

        if (isNew)
            file.Append(Row(step));
        else
            file.ReplaceLast(Row(step));
        _step = step;
    }

    /// <inheritdoc />
    public void Text(long step, string name, string text)
    {
    }

    /// <inheritdoc />
    public void Histogram(long step, string name, ReadOnlySpan<float> values)
    {
    }

    /// <inheritdoc />
    public void End(RunOutcome outcome, string? message = null)
    {
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    private string Row(long step) => string.Join(',', _columns.Select((name, i) => i == 0
        ? step.ToString(CultureInfo.InvariantCulture)
        : _row.TryGetValue(name, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : ""));

    private bool ReadHeader(string line)
    {
        _columns.Clear();
        _columns.AddRange(ReadRow(line));
        return true;
    }

    private static bool IsBefore(string line, long resumed) =>
        !long.TryParse(line.Split(',')[0], CultureInfo.InvariantCulture, out long step) || step <= resumed;

    private string Header() => string.Join(',', _columns.Select(Quote));

    /// <summary>RFC 4180: what holds a comma or a quote stands in quotes, with quotes in it doubled.</summary>
    private static string Quote(string name) =>
        name.AsSpan().IndexOfAny(',', '"') < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static List<string> ReadRow(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            if (quoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[i++]);
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == ',' && !quoted)
                Next();
            else
                field.Append(line[i]);
        }

        Next();
        return fields;

        void Next()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
