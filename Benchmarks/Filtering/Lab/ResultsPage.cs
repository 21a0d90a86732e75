using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tef.Core.Filtering;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>
/// The results of a folder as tables and plots. A page says what it wants between two comments,
/// <c>&lt;!-- tef runs: dense-6 routed-0.5 --&gt;</c> and <c>&lt;!-- end --&gt;</c>; what stood there is replaced.
/// </summary>
internal sealed partial class ResultsPage
{
    private const string Baseline = "dense-6";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly string _folder;
    private readonly ILookup<string, RunResult> _runs;

    /// <exception cref="IOException">A file is damaged.</exception>
    public ResultsPage(string folder)
    {
        _folder = folder;
        _runs = Directory.EnumerateFiles(folder, "*.json").Where(file => RunFile().IsMatch(file)).Order(StringComparer.Ordinal).Select(RunResult.Read)
            .OrderBy(run => run.Seed).ToLookup(run => run.Name);
    }

    /// <summary>Number of runs found.</summary>
    public int Runs => _runs.Sum(runs => runs.Count());

    /// <summary>Replaces the marked parts.</summary>
    /// <exception cref="FormatException">A mark asks for what there is not.</exception>
    public string Fill(string page) => Part().Replace(page, match =>
    {
        string[] words = match.Groups["names"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string content = match.Groups["kind"].Value switch
        {
            "runs" => RunTable(words),
            "steps" => IfThere($"{words[0]}.json", StepTable),
            "kernels" => IfThere($"{words[0]}.json", KernelTable),
            "table" => IfThere($"{words[0]}.md", File.ReadAllText),
            var kind => throw new FormatException($"The page asks for '{kind}'; runs, steps, kernels and table are known."),
        };
        return $"{match.Groups["open"].Value}\n{content}{match.Groups["close"].Value}";
    });

    /// <summary>Writes the plots.</summary>
    public void Draw(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var lab in LabSetup.All.Where(lab => _runs.Contains(lab.Prefix + Baseline)))
        {
            Curves(Plot(lab, "equal-steps"), lab, ["dense-6", "dense-5", "routed-0.5"]);
            Distances(Plot(lab, "equal-steps-distance"), lab, ["dense-5", "dense-4", "routed-0.75", "routed-0.5", "routed-0.25"]);
            TimeCurves(Plot(lab, "equal-time"), lab, ["dense-6", "dense-5-time", "dense-4-time", "routed-0.5-time", "routed-0.25-time"]);
        }
        Sweep(Path.Combine(folder, "sweep.svg"));

        string Plot(LabSetup lab, string name) => Path.Combine(folder, $"{lab.Prefix}{name}.svg");
    }

    private void Curves(string file, LabSetup lab, string[] names) => LinePlot.Write(
        file, "Validation loss at equal steps", "steps", "nats per token",
        Found(lab, names).Select(name => new PlotLine(name, MeanCurve(lab.Prefix + name))));

    /// <summary>Over the share of the time of a dense run, which is the whole run for all of them.</summary>
    private void TimeCurves(string file, LabSetup lab, string[] names) => LinePlot.Write(
        file, "Validation loss at equal wall-clock", "share of the time", "nats per token",
        Found(lab, names).Select(name => new PlotLine(
            name, [.. MeanCurve(lab.Prefix + name).Select(point => (point.X / _runs[lab.Prefix + name].First().Steps, point.Y))])));

    private IEnumerable<string> Found(LabSetup lab, string[] names) => names.Where(name => _runs.Contains(lab.Prefix + name));

    /// <summary>How far runs are from the dense model at the same step, from a quarter of the run on.</summary>
    private void Distances(string file, LabSetup lab, string[] names)
    {
        var dense = MeanCurve(lab.Prefix + Baseline).ToDictionary(point => point.X, point => point.Y);
        double start = dense.Keys.DefaultIfEmpty().Max() / 4;
        LinePlot.Write(
            file, "Distance to the dense model at the same step", "steps", "nats per token",
            Found(lab, names).Select(name => new PlotLine(name, [.. MeanCurve(lab.Prefix + name)
                .Where(point => point.X > start && dense.ContainsKey(point.X)).Select(point => (point.X, point.Y - dense[point.X]))])));
    }

    /// <summary>Perplexity over the tokens that filtered blocks keep, for every table of a sweep.</summary>
    private void Sweep(string file)
    {
        var lines = new List<PlotLine>();
        foreach (string path in Directory.EnumerateFiles(_folder, "sweep*.json").Order(StringComparer.Ordinal))
        {
            foreach (var model in JsonSerializer.Deserialize<FilterTableRow[]>(File.ReadAllText(path), Format)!.GroupBy(row => row.Model))
            {
                var points = model.Where(row => row.Rule.StartsWith("keep ", StringComparison.Ordinal))
                    .Select(row => (X: row.KeptShare.Where(share => share < 1).DefaultIfEmpty(1).Average(share => (double)share), Y: row.Perplexity))
                    .OrderBy(point => point.X).ToArray();
                if (points.Length > 0)
                    lines.Add(new PlotLine(model.Key, points));
            }
        }
        LinePlot.Write(file, "One trained model under other thresholds", "share kept in filtered blocks", "perplexity", lines, markers: true);
    }

    private List<(double X, double Y)> MeanCurve(string name) =>
        [.. _runs[name].SelectMany(run => run.Validation).GroupBy(point => point.Step).Where(group => group.Count() == _runs[name].Count())
            .OrderBy(group => group.Key).Select(group => ((double)group.Key, group.Average(point => point.Loss)))];

    private string RunTable(string[] names)
    {
        var text = new StringBuilder("| run | parameters | MFLOP/token | steps | seeds | loss | ± | to dense-6 | bits per byte | kept per block |\n");
        text.Append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|\n");
        foreach (string name in names)
        {
            RunResult[] runs = [.. _runs[name]];
            if (runs.Length == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"| {name} | | | | 0 | not run | | | | |\n");
                continue;
            }
            double loss = runs.Average(run => run.Loss);
            string kept = string.Join(" ", Enumerable.Range(0, runs[0].KeptShare.Length)
                .Select(layer => runs.Average(run => run.KeptShare[layer]).ToString("0.##", CultureInfo.InvariantCulture)));
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {name} | {runs[0].Parameters:N0} | {runs[0].MegaflopsPerToken:F3} | {runs[0].Steps} | {runs.Length} | {loss:F4} | "
                + $"{Deviation(runs)} | {Distance(runs)} | {runs.Average(run => run.BitsPerByte):F4} | {kept} |\n");
        }
        return text.ToString();
    }

    private static string Deviation(RunResult[] runs)
    {
        if (runs.Length < 2)
            return "";
        double mean = runs.Average(run => run.Loss);
        return Math.Sqrt(runs.Sum(run => (run.Loss - mean) * (run.Loss - mean)) / (runs.Length - 1)).ToString("F4", CultureInfo.InvariantCulture);
    }

    /// <summary>The mean distance to the dense runs of the same seeds, which see the same text in the same order.</summary>
    private string Distance(RunResult[] runs)
    {
        string prefix = LabSetup.All.OrderBy(lab => lab.Prefix.Length).Last(lab => runs[0].Name.StartsWith(lab.Prefix, StringComparison.Ordinal)).Prefix;
        double[] distances =
        [
            .. from run in runs
               from dense in _runs[prefix + Baseline]
               where dense.Seed == run.Seed
               select run.Loss - dense.Loss,
        ];
        return distances.Length == 0 ? "" : distances.Average().ToString("+0.0000;-0.0000", CultureInfo.InvariantCulture);
    }

    private string IfThere(string name, Func<string, string> content)
    {
        string path = Path.Combine(_folder, name);
        return File.Exists(path) ? content(path) : "not measured\n";
    }

    private static string StepTable(string path)
    {
        var text = new StringBuilder("| model | ms per step | of dense | arithmetic | kept per block |\n|---|---:|---:|---:|---|\n");
        foreach (var time in Read<StepTime>(path, "times"))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {time.Model} | {time.Milliseconds:F2} | {time.OfDense:F3} | {time.Arithmetic:F3} | "
                + $"{string.Join(" ", time.Kept.Select(share => share.ToString("0.##", CultureInfo.InvariantCulture)))} |\n");
        }
        return text.ToString();
    }

    private static string KernelTable(string path)
    {
        var text = new StringBuilder("| kernel | B × T | reference µs | managed-fused µs | times |\n|---|---|---:|---:|---:|\n");
        foreach (var time in Read<KernelTime>(path, "kernels"))
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {time.Kernel} | {time.Batch} × {time.Length} | {time.Reference:F1} | {time.Fused:F1} | {time.Ratio:F1} |\n");
        }
        text.Append("\n| training step | reference ms | managed-fused ms | saved |\n|---|---:|---:|---:|\n");
        foreach (var time in Read<TrainingTime>(path, "training"))
            text.Append(CultureInfo.InvariantCulture, $"| {time.Mode} | {time.Reference:F1} | {time.Fused:F1} | {time.Saved:P1} |\n");
        return text.ToString();
    }

    private static T[] Read<T>(string path, string member)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.GetProperty(member).Deserialize<T[]>(Format)!;
    }

    /// <summary>Name, seed and hash.</summary>
    [GeneratedRegex(@"-\d+-[0-9a-f]{8}\.json$")]
    private static partial Regex RunFile();

    [GeneratedRegex(@"(?<open><!-- tef (?<kind>[a-z]+): *(?<names>[^>]*?) *-->)(.*?)(?<close><!-- end -->)", RegexOptions.Singleline)]
    private static partial Regex Part();
}
