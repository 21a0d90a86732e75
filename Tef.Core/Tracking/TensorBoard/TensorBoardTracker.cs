using System.Globalization;
using System.Text;
using Tef.Core.Configuration;

namespace Tef.Core.Tracking.TensorBoard;

/// <summary>
/// Writes event files for TensorBoard into the folder <c>tensorboard</c> of the run: <c>tensorboard --logdir runs</c> shows all
/// runs. A run that is taken up again gets a file of its own, which says that later steps of earlier files are void.
/// </summary>
/// <param name="time">The clock; the system's when null.</param>
public sealed class TensorBoardTracker(TimeProvider? time = null) : IRunTracker
{
    /// <summary>The folder in the run folder.</summary>
    public const string FolderName = "tensorboard";

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private FileStream? _file;

    /// <inheritdoc />
    public string Name => "tensorboard";

    private double WallTime => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <inheritdoc />
    public void Start(TrackedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        string folder = Path.Combine(run.Folder, FolderName);
        Directory.CreateDirectory(folder);
        if (run.ResumedStep is null)
        {
            // What an earlier run of this folder left would be shown as a part of this one.
            foreach (string old in Directory.EnumerateFiles(folder, "events.out.tfevents.*"))
                File.Delete(old);
        }

        _file = Create(folder);
        Write(EventMessage.FileVersion(WallTime));
        long next = run.ResumedStep + 1 ?? 0;
        if (run.ResumedStep is not null)
            Write(EventMessage.SessionStart(WallTime, next));
        Text(next, "configuration", CodeBlock(ConfigurationFiles.Write(run.Configuration)));
        if (run.Machine.Count > 0)
            Text(next, "machine", Table(run.Machine));
    }

    /// <inheritdoc />
    public void Scalars(long step, IReadOnlyList<Metric> values) => Write(EventMessage.Scalars(WallTime, step, values));

    /// <inheritdoc />
    public void Text(long step, string name, string text) => Write(EventMessage.Text(WallTime, step, name, text));

    /// <inheritdoc />
    public void Histogram(long step, string name, ReadOnlySpan<float> values)
    {
        if (Distribution.Of(values) is { } distribution)
            Write(EventMessage.Histogram(WallTime, step, name, distribution));
    }

    /// <inheritdoc />
    public void End(RunOutcome outcome, string? message = null)
    {
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    /// <summary>TensorBoard reads files in the order of their names, so a later one gets a later second.</summary>
    private FileStream Create(string folder)
    {
        const string prefix = "events.out.tfevents.";
        long newest = Directory.EnumerateFiles(folder, prefix + "*")
            .Select(file => Path.GetFileName(file)[prefix.Length..].Split('.')[0])
            .Select(seconds => long.TryParse(seconds, CultureInfo.InvariantCulture, out long value) ? value : 0)
            .DefaultIfEmpty(0)
            .Max();
        long second = Math.Max((long)WallTime, newest + 1);
        string name = $"{prefix}{second:0000000000}.{Environment.MachineName}.{Environment.ProcessId}.0";
        return new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
    }

    private void Write(byte[] message)
    {
        FileStream file = _file ?? throw new InvalidOperationException("The tracker was not started.");
        new RecordWriter(file).Write(message);
        file.Flush();
    }

    /// <summary>Markdown shows indented text as it is, whatever is in it.</summary>
    private static string CodeBlock(string text) => string.Concat(text.TrimEnd().Split('\n').Select(line => $"    {line}\n"));

    private static string Table(IReadOnlyDictionary<string, string> facts)
    {
        static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
        var table = new StringBuilder("| fact | value |\n|---|---|\n");
        foreach ((string name, string value) in facts)
            table.Append($"| {Cell(name)} | {Cell(value)} |\n");
        return table.ToString();
    }
}
