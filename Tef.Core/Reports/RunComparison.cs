using System.Net;
using System.Text.RegularExpressions;
using Tef.Core.IO;

namespace Tef.Core.Reports;

/// <summary>
/// Compares runs on one page of HTML that needs nothing else: loss, learning rate, speed and all other curves, the share of tokens
/// that each block computed, samples, how configurations differ, and facts about the runs.
/// </summary>
public static partial class RunComparison
{
    /// <summary>Writes the page; an existing file is replaced whole.</summary>
    /// <param name="runFolders">
    /// Folders with <c>metrics.jsonl</c>, and with <c>config.yaml</c>, <c>run.json</c> and <c>generated.txt</c> where there are any.
    /// </param>
    /// <param name="path">The file of the page.</param>
    /// <param name="title">What the page is called; the names of the runs when null.</param>
    /// <returns>What was damaged in the run folders and left out, a sentence each; the page shows it too.</returns>
    /// <exception cref="ArgumentException">There is no run folder.</exception>
    /// <exception cref="DirectoryNotFoundException">A run folder does not exist.</exception>
    /// <exception cref="FileNotFoundException">A run folder has no metrics.</exception>
    /// <exception cref="IOException">The page cannot be written.</exception>
    public static IReadOnlyList<string> Write(IReadOnlyList<string> runFolders, string path, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(runFolders);
        if (runFolders.Count == 0)
            throw new ArgumentException("At least one run folder is needed.", nameof(runFolders));
        ReportedRun[] runs = [.. runFolders.Select(RunReader.Read)];
        AtomicFile.WriteAllText(path, Render(Named(runs), title));
        return [.. runs.SelectMany(run => run.Problems)];
    }

    /// <summary>Runs of one name get as much of their path as tells them apart.</summary>
    private static ReportedRun[] Named(ReportedRun[] runs)
    {
        string[] whole = [.. runs.Select(run => Path.TrimEndingDirectorySeparator(Path.GetFullPath(run.Folder)))];
        return [.. runs.Select((run, i) => run with { Name = ShortestName(whole, i) })];
    }

    private static string ShortestName(string[] paths, int index)
    {
        string[] parts = paths[index].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (int count = 1; count < parts.Length; count++)
        {
            string name = string.Join('/', parts[^count..]);
            bool isUnique = paths.Where((_, i) => i != index).All(other =>
                !$"/{other.Replace(Path.DirectorySeparatorChar, '/').TrimStart('/')}".EndsWith($"/{name}", StringComparison.Ordinal));
            if (isUnique)
                return name;
        }

        return paths[index];
    }

    private static string Render(IReadOnlyList<ReportedRun> runs, string? title)
    {
        string heading = title ?? string.Join(" · ", runs.Select(run => run.Name));
        var parts = new Dictionary<string, string>
        {
            ["style"] = Resource("report.css"),
            ["script"] = Resource("report.js"),
            ["title"] = WebUtility.HtmlEncode(heading),
            ["data"] = ReportData.Write(runs),
        };

        // In one pass, so that a part that looks like a place stays what it is.
        return Places().Replace(Resource("report.html"), place => parts[place.Groups[1].Value]);
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Places();

    private static string Resource(string name)
    {
        using Stream stream = typeof(RunComparison).Assembly.GetManifestResourceStream($"Tef.Core.Reports.Page.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
