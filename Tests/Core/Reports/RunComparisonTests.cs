using System.Text.Json;
using System.Text.RegularExpressions;
using Tef.Core.Reports;

namespace Tef.Tests.Core.Reports;

/// <summary>The page that compares runs: what it holds, what it makes of damaged folders, and hostile text in every place.</summary>
public sealed partial class RunComparisonTests
{
    private const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{data}}\u2028<!--";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void The_page_holds_curves_shares_samples_options_and_facts()
    {
        string a = WriteRun("a", keep: 0.5), b = WriteRun("b", keep: 0.25);
        Assert.That(RunComparison.Write([a, b], Page, "two runs"), Is.Empty);
        JsonElement[] runs = Data();

        Assert.That(runs.Select(run => run.GetProperty("name").GetString()), Is.EqualTo(new[] { "a", "b" }));
        JsonElement loss = runs[0].GetProperty("curves").GetProperty("train/loss");
        Assert.That(Numbers(loss.GetProperty("s")), Is.EqualTo(new double?[] { 1, 2, 3 }));
        Assert.That(Numbers(loss.GetProperty("v")), Is.EqualTo(new double?[] { 3.5, null, 2.5 }));
        Assert.That(Numbers(runs[0].GetProperty("curves").GetProperty("valid/loss").GetProperty("s")), Is.EqualTo(new double?[] { 2 }));
        Assert.That(runs[0].GetProperty("curves").TryGetProperty("kept/block_00", out _), Is.False);
        JsonElement[] kept = [.. runs[1].GetProperty("kept").EnumerateArray()];
        Assert.That(kept.Select(row => row.GetProperty("block").GetString()), Is.EqualTo(new[] { "00", "01" }));
        Assert.That(Numbers(kept[1].GetProperty("v")), Is.EqualTo(new double?[] { 0.25, 0.25, 0.25 }));
        Assert.That(Pairs(runs[1], "config"), Does.Contain(("tef.selector.keep", "0.25")).And.Contain(("run.prompts", "[Once, two]")));
        Assert.That(Pairs(runs[0], "facts"), Does.Contain(("machine.processors", "2")).And.Contain(("machine.vectors", "[AVX2, FMA]")));
        JsonElement sample = runs[0].GetProperty("samples")[1];
        Assert.That(sample.GetProperty("step").GetInt64(), Is.EqualTo(20));
        Assert.That(sample.GetProperty("texts")[0].GetString(), Is.EqualTo("Once <b> upon"));
        Assert.That(Pairs(sample, "notes"), Is.EqualTo(new[] { ("topP", "0.9") }));
        Assert.That(File.ReadAllText(Page), Does.Contain("<title>two runs</title>"));
    }

    [Test]
    public void The_page_needs_nothing_else()
    {
        RunComparison.Write([WriteRun("a", 0.5)], Page);
        string page = File.ReadAllText(Page);
        Assert.That(page, Does.Contain("default-src 'none'"));
        Assert.That(page, Does.Not.Contain("src=").And.Not.Contain("href=").And.Not.Contain("@import").And.Not.Match(@"url\((?!#)"));
        Assert.That(page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal), Does.Not.Contain("http:").And.Not.Contain("https:"));
        Assert.That(page, Does.Not.Contain("{{"));
    }

    [Test]
    public void Hostile_text_stays_text()
    {
        string run = WriteRun("a", 0.5);
        string quoted = JsonSerializer.Serialize(Hostile);
        File.WriteAllText(Path.Combine(run, "metrics.jsonl"), $$"""{"step":1,{{quoted}}:1,"train/loss":1}""" + "\n");
        File.WriteAllText(Path.Combine(run, "run.json"), $$"""{ {{quoted}}: {{quoted}} }""");
        File.WriteAllText(Path.Combine(run, "config.yaml"), $"data:\n  train: {quoted}\n  {quoted}: 1\n");
        File.WriteAllText(Path.Combine(run, "generated.txt"), $$"""{"Global step":1,"Generated samples":[{{quoted}}], {{quoted}}: {"a": {{quoted}} } }""");
        RunComparison.Write([run], Page, Hostile);

        string page = File.ReadAllText(Page);
        Assert.That(Regex.Count(page, "<script"), Is.EqualTo(2), "the page's own: data and code");
        Assert.That(Regex.Count(page, "</script"), Is.EqualTo(2));
        Assert.That(page, Does.Not.Contain("<img").And.Not.Contain("<!--").And.Not.Contain("onerror=alert(2)>\""));
        Assert.That(page, Does.Contain("<title>&lt;/script&gt;"));
        JsonElement data = Data()[0];
        Assert.That(data.GetProperty("curves").TryGetProperty(Hostile, out _), Is.True, "and is whole");
        Assert.That(data.GetProperty("samples")[0].GetProperty("texts")[0].GetString(), Is.EqualTo(Hostile));
        Assert.That(Pairs(data, "facts"), Is.EqualTo(new[] { (Hostile, Hostile) }));
        Assert.That(Script(), Does.Not.Contain("innerHTML").And.Not.Contain("outerHTML").And.Not.Contain("insertAdjacentHTML").And.Not.Contain("eval"));
    }

    [Test]
    public void Damaged_folders_are_read_as_far_as_they_go()
    {
        string run = _folder.File("torn");
        _folder.Write("torn/metrics.jsonl", "{\"step\":1,\"a\":1}\nnot json\n[1]\n{\"a\":2}\n{\"step\":2,\"a\":2,\"t\":\"text\",\"h\":{\"min\":0}}\n{\"step\":1,\"a\":3}\n{\"step\":3,\"a\"");
        _folder.Write("torn/run.json", "{\"state\":");
        _folder.Write("torn/config.yaml", "a: [1\n");
        _folder.Write("torn/generated.txt", "{\"step\":4,\"samples\":[\"x\"]}\n{\"step\":5");
        IReadOnlyList<string> problems = RunComparison.Write([run], Page);

        Assert.That(problems, Has.Count.EqualTo(4));
        Assert.That(problems[0], Does.Contain("metrics.jsonl: 4 lines").And.Contain("2, 3, 4, 7"));
        Assert.That(problems[1], Does.Contain("config.yaml was left out"));
        Assert.That(problems[2], Does.Contain("run.json was left out"));
        Assert.That(problems[3], Does.Contain("generated.txt: after 1 samples"));
        JsonElement curve = Data()[0].GetProperty("curves").GetProperty("a");
        Assert.That(Numbers(curve.GetProperty("v")), Is.EqualTo(new double?[] { 3, 2 }), "the last of a step counts");
        Assert.That(Data()[0].GetProperty("samples").GetArrayLength(), Is.EqualTo(1));
        Assert.That(Data()[0].GetProperty("problems").GetArrayLength(), Is.EqualTo(4));
    }

    [Test]
    public void Plain_text_is_one_sample_and_only_metrics_are_needed()
    {
        _folder.Write("plain/metrics.jsonl", "");
        _folder.Write("plain/generated.txt", "Once upon\na time");
        Assert.That(RunComparison.Write([_folder.File("plain")], Page), Is.Empty);
        Assert.That(Data()[0].GetProperty("samples")[0].GetProperty("texts")[0].GetString(), Is.EqualTo("Once upon\na time"));
    }

    [Test]
    public void Long_curves_are_thinned_with_their_range_kept()
    {
        _folder.Write("long/metrics.jsonl", string.Concat(Enumerable.Range(1, 10_000).Select(step => $"{{\"step\":{step},\"a\":{step % 2}}}\n")));
        RunComparison.Write([_folder.File("long")], Page);
        JsonElement curve = Data()[0].GetProperty("curves").GetProperty("a");
        double?[] steps = Numbers(curve.GetProperty("s"));
        Assert.That(steps, Has.Length.EqualTo(800));
        Assert.That(steps[^1], Is.EqualTo(10_000));
        Assert.That(Numbers(curve.GetProperty("lo")), Has.All.EqualTo(0));
        Assert.That(Numbers(curve.GetProperty("hi")), Has.All.EqualTo(1));
        Assert.That(Numbers(curve.GetProperty("v")).Average(), Is.EqualTo(0.5).Within(0.01));
        Assert.That(new FileInfo(Page).Length, Is.LessThan(200_000));
    }

    [Test]
    public void Runs_of_one_name_are_told_apart()
    {
        string a = WriteRun("first/run", 0.5), b = WriteRun("second/run", 0.5);
        RunComparison.Write([a, b + Path.DirectorySeparatorChar], Page);
        Assert.That(Data().Select(run => run.GetProperty("name").GetString()), Is.EqualTo(new[] { "first/run", "second/run" }));
    }

    [Test]
    public void Mistakes_are_clear()
    {
        Assert.That(() => RunComparison.Write([], Page), Throws.ArgumentException);
        Assert.That(
            () => RunComparison.Write([_folder.File("nowhere")], Page),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("There is no run folder"));
        Directory.CreateDirectory(_folder.File("empty"));
        Assert.That(
            () => RunComparison.Write([_folder.File("empty")], Page),
            Throws.TypeOf<FileNotFoundException>().With.Message.Contains("has no metrics.jsonl"));
        Assert.That(File.Exists(Page), Is.False);
    }

    private string Page => _folder.File("report.html");

    private string WriteRun(string name, double keep)
    {
        _folder.Write($"{name}/metrics.jsonl",
            $$"""
            {"step":1,"time":"2026-01-01T00:00:00Z","train/loss":3.5,"kept/block_00":1,"kept/block_01":{{keep}}}
            {"step":2,"train/loss":"NaN","kept/block_00":1,"kept/block_01":{{keep}},"valid/loss":3}
            {"step":3,"train/loss":2.5,"kept/block_00":1,"kept/block_01":{{keep}},"sample":"text"}

            """);
        _folder.Write($"{name}/config.yaml", $"tef:\n  selector: {{kind: budget, keep: {keep}}}\nrun: {{prompts: [Once, two]}}\n");
        _folder.Write($"{name}/run.json", """{"state":"Completed","machine":{"processors":2,"vectors":["AVX2","FMA"]}}""");
        _folder.Write($"{name}/generated.txt", """
            { "Global step": 10, "Generated samples": [] }
            { "Global step": 20, "Generator params": { "topP": 0.9 }, "Generated samples": [ "Once <b> upon" ] }
            """);
        return _folder.File(name.Split('/'));
    }

    private JsonElement[] Data() =>
        [.. JsonDocument.Parse(DataPart().Match(File.ReadAllText(Page)).Groups[1].Value).RootElement.EnumerateArray()];

    private string Script()
    {
        string page = File.ReadAllText(Page);
        return page[page.LastIndexOf("<script>", StringComparison.Ordinal)..];
    }

    private static double?[] Numbers(JsonElement list) =>
        [.. list.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble())];

    private static (string, string)[] Pairs(JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(pair => (pair[0].GetString()!, pair[1].GetString()!))];

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(.*)</script>")]
    private static partial Regex DataPart();
}
