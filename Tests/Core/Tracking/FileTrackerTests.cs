using System.Text.Json;
using Tef.Core.Configuration;
using Tef.Core.Tracking;
using Tef.Core.Tracking.Files;

namespace Tef.Tests.Core.Tracking;

/// <summary>Tables, JSON lines and the console: what is written, and what a resumed run makes of what it finds.</summary>
public sealed class FileTrackerTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void A_table_has_a_row_for_each_step_and_a_column_for_each_name()
    {
        using (var tracker = new CsvTracker())
        {
            tracker.Start(Run());
            tracker.Scalars(1, [new("train/loss", 3.25), new("b", 1e-7)]);
            tracker.Scalars(2, [new("train/loss", double.NaN)]);
            tracker.Scalars(2, [new("a, \"b\"\nc", double.PositiveInfinity)]);
            tracker.Text(2, "ignored", "x");
            Assert.That(Read("metrics.csv"), Does.EndWith("2,NaN,,Infinity\n"), "at once");
            tracker.Scalars(3, [new("train/loss", 1d / 3)]);
            tracker.Scalars(3, [new("b", 4)]);
            tracker.End(RunOutcome.Completed);
        }

        Assert.That(Read("metrics.csv"), Is.EqualTo(
            "step,train/loss,b,\"a, \"\"b\"\" c\"\n1,3.25,1E-07,\n2,NaN,,Infinity\n3,0.3333333333333333,4,\n"));
    }

    [Test]
    public void A_resumed_table_loses_later_rows_and_the_row_that_was_cut_off()
    {
        _folder.Write("metrics.csv", "step,\"a,b\",c\n5,1,2\n10,3,4\n11,5,6\n20,7");
        using (var tracker = new CsvTracker())
        {
            tracker.Start(Run(resumed: 10));
            tracker.Scalars(11, [new("c", 8), new("a,b", 9), new("d", 1)]);
        }

        Assert.That(Read("metrics.csv"), Is.EqualTo("step,\"a,b\",c,d\n5,1,2,\n10,3,4,\n11,9,8,1\n"));
    }

    [Test]
    public void A_new_run_begins_a_new_table_and_a_resumed_one_may_find_none()
    {
        _folder.Write("metrics.csv", "step,a\n1,2\n");
        using (var tracker = new CsvTracker())
            tracker.Start(Run());
        Assert.That(Read("metrics.csv"), Is.EqualTo("step\n"));

        File.Delete(_folder.File("metrics.csv"));
        using (var tracker = new CsvTracker())
        {
            tracker.Start(Run(resumed: 3));
            tracker.Scalars(4, [new("a", 1)]);
        }

        Assert.That(Read("metrics.csv"), Is.EqualTo("step,a\n4,1\n"));
    }

    [Test]
    public void JSON_lines_hold_numbers_texts_and_histograms()
    {
        using (var tracker = new JsonLinesTracker(new FixedTime()))
        {
            tracker.Start(Run());
            tracker.Scalars(1, [new("a", 1), new("b", double.NaN), new("c", double.NegativeInfinity), new("a", 2)]);
            tracker.Text(2, "sample", "line\n\"<ü>\"");
            tracker.Histogram(3, "gates", [0, 0.5f, 1, float.NaN]);
            tracker.Histogram(4, "none", [float.NaN]);
        }

        string[] lines = Read("metrics.jsonl").TrimEnd('\n').Split('\n');
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[0], Is.EqualTo("""{"step":1,"time":"2023-11-14T22:13:20Z","b":"NaN","c":"-Infinity","a":2}"""));
        JsonElement text = JsonDocument.Parse(lines[1]).RootElement;
        Assert.That(text.GetProperty("sample").GetString(), Is.EqualTo("line\n\"<ü>\""));
        JsonElement histogram = JsonDocument.Parse(lines[2]).RootElement.GetProperty("gates");
        Assert.That(histogram.GetProperty("count").GetInt64(), Is.EqualTo(3));
        long[] counts = [.. histogram.GetProperty("counts").EnumerateArray().Select(count => count.GetInt64())];
        double[] limits = [.. histogram.GetProperty("limits").EnumerateArray().Select(limit => limit.GetDouble())];
        Assert.That(counts.Sum(), Is.EqualTo(3));
        Assert.That(limits, Has.Length.EqualTo(counts.Length).And.Ordered);
        Assert.That(limits[^1], Is.EqualTo(1));
        Assert.That((counts[0], counts[15], counts[^1]), Is.EqualTo((1L, 1L, 1L)));
    }

    [Test]
    public void Resumed_JSON_lines_lose_later_steps_and_the_line_that_was_cut_off()
    {
        _folder.Write("metrics.jsonl", "{\"step\":1,\"a\":1}\nnot json\n{\"step\":2,\"a\":2}\n{\"step\":3,\"a\":3}\n{\"step\":2,\"b\"");
        using (var tracker = new JsonLinesTracker(new FixedTime()))
        {
            tracker.Start(Run(resumed: 2));
            tracker.Scalars(3, [new("a", 4)]);
        }

        Assert.That(Read("metrics.jsonl"), Is.EqualTo(
            "{\"step\":1,\"a\":1}\nnot json\n{\"step\":2,\"a\":2}\n{\"step\":3,\"time\":\"2023-11-14T22:13:20Z\",\"a\":4}\n"));
    }

    [Test]
    public void What_was_reported_is_in_the_files_at_once()
    {
        // A process that is killed leaves what it reported; readers can follow a run.
        using var tracker = new JsonLinesTracker(new FixedTime());
        tracker.Start(Run());
        tracker.Scalars(1, [new("a", 1)]);
        Assert.That(Read("metrics.jsonl"), Does.EndWith("\"a\":1}\n"));
    }

    [Test]
    public void The_console_gets_a_line_at_intervals_and_for_every_validation()
    {
        var output = new StringWriter { NewLine = "\n" };
        using (var tracker = new ConsoleTracker(output, interval: 10))
        {
            tracker.Start(Run());
            tracker.Scalars(9, [new("train/loss", 1)]);
            tracker.Scalars(10, [new("train/loss", 1.23456789), new("train/tokens", 123456), new("kept/block_00", 1), new("kept/block_01", 0.5)]);
            tracker.Scalars(11, [new("train/loss", 1), new("valid/loss", 2)]);
            tracker.Text(11, "sample", "Once");
            tracker.End(RunOutcome.Failed, "no memory");
        }

        Assert.That(output.ToString(), Is.EqualTo(
            "run stories starts\nstep 10: train/loss 1.2346, train/tokens 123,456, kept 1.00 0.50\n"
            + "step 11: train/loss 1, valid/loss 2\nstep 11: sample: Once\nrun failed: no memory\n"));
    }

    [Test]
    public void Settings_make_the_trackers_they_name()
    {
        using TrackerGroup group = Trackers.Create(
            new TrackingSettings { Trackers = [TrackerKind.Csv, TrackerKind.Jsonl, TrackerKind.TensorBoard, TrackerKind.Console, TrackerKind.ClearML] },
            TextWriter.Null,
            others: [new RecordingTracker()]);
        Assert.That(group.Name, Is.EqualTo("csv, jsonl, tensorboard, console, clearml, recording"));
        Assert.That(Directory.EnumerateFileSystemEntries(_folder.Path), Is.Empty);
    }

    private TrackedRun Run(long? resumed = null) =>
        new() { Name = "stories", Folder = _folder.Path, Configuration = new TefConfiguration(), ResumedStep = resumed };

    private string Read(string name)
    {
        using var file = new FileStream(_folder.File(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
