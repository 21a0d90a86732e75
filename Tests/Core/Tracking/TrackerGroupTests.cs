using Tef.Core.Configuration;
using Tef.Core.Tracking;
using Tef.Core.Training;

namespace Tef.Tests.Core.Tracking;

/// <summary>Several trackers as one, progress as metrics, and the settings.</summary>
public sealed class TrackerGroupTests
{
    private static readonly TrackedRun Run = new() { Name = "run", Folder = "runs/run", Configuration = new TefConfiguration() };

    [Test]
    public void A_tracker_that_fails_stops_neither_the_others_nor_the_run()
    {
        var log = new CollectedLog();
        var good = new RecordingTracker();
        using (var group = new TrackerGroup([new FailingTracker(), good], log.CreateLogger("tracking")))
        {
            group.Start(Run);
            group.Scalars(1, [new Metric("a", 1)]);
            group.Text(1, "t", "x");
            group.Histogram(1, "h", [1f, 2f]);
            group.End(RunOutcome.Completed);
        }

        Assert.That(good.Calls, Is.EqualTo(new[] { "start run", "1 a=1", "1 t: x", "1 h 2 values", "end Completed", "dispose" }));
        Assert.That(log.Lines, Has.Count.EqualTo(2));
        Assert.That(log.Lines[0], Does.Contain("failing").And.Contain("no room in Start"));
        Assert.That(log.Lines[1], Does.Contain("failing").And.Contain("6 times"));
    }

    [Test]
    public void A_group_can_be_disposed_twice_and_is_closed_then()
    {
        var good = new RecordingTracker();
        var group = new TrackerGroup([good]);
        group.Dispose();
        group.Dispose();
        Assert.That(good.Calls, Is.EqualTo(new[] { "dispose" }));
        Assert.That(() => group.Text(1, "a", "b"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Progress_is_reported_at_intervals_and_at_every_validation()
    {
        var tracker = new RecordingTracker();
        var seen = new List<long>();
        var progress = new TrackedProgress(tracker, interval: 10, new Recorder(seen));
        for (long step = 1; step <= 20; step++)
            progress.Report(Progress(step) with { Validation = step == 7 ? new EvaluationResult(10, 20, 40, [1, 0.25f]) : null });

        Assert.That(tracker.Calls.Select(call => call.Split(' ')[0]), Is.EqualTo(new[] { "7", "10", "20" }));
        Assert.That(tracker.Calls[0], Does.Contain("train/loss=3.5").And.Contain("kept/block_01=0.5")
            .And.Contain("valid/loss=2").And.Contain("valid/bits_per_byte=").And.Contain("valid_kept/block_01=0.25"));
        Assert.That(tracker.Calls[1], Does.Not.Contain("valid"));
        Assert.That(seen, Has.Count.EqualTo(20));
    }

    [Test]
    public void Gates_become_histograms_of_the_blocks_that_have_them()
    {
        var tracker = new RecordingTracker();
        new TrackedProgress(tracker, interval: 10).Report(Progress(3) with { Gates = [[], [0.5f, 0.25f], []] });
        Assert.That(tracker.Calls, Is.EqualTo(new[] { "3 gates/block_01 2 values" }));
    }

    [Test]
    public void Settings_are_read_from_YAML()
    {
        TrackingSettings read = ConfigurationFiles.Parse(
            "tracking:\n  trackers: [tensorboard, jsonl, clearml]\n  interval: 5\n  clearml: {project: stories, apiServer: 'http://localhost:8008'}\n")
            .Tracking;
        Assert.That(read.Trackers, Is.EqualTo(new[] { TrackerKind.TensorBoard, TrackerKind.Jsonl, TrackerKind.ClearML }));
        Assert.That(read.Interval, Is.EqualTo(5));
        Assert.That(read.ClearML, Is.EqualTo(new ClearMLSettings { Project = "stories", ApiServer = "http://localhost:8008" }));
        Assert.That(ConfigurationFiles.Parse("tracking: {trackers: []}").Tracking.Trackers, Is.Empty);
    }

    [TestCase("tracking: {trackers: [tensorbord]}", "did you mean 'TensorBoard'?")]
    [TestCase("tracking: {trackers: [csv, CSV]}", "option 'tracking.trackers': Trackers must name each tracker once, but Csv is given 2 times.")]
    [TestCase("tracking: {interval: 0}", "option 'tracking.interval': Interval must be at least 1, but is 0.")]
    [TestCase("tracking: {clearml: {apiServer: nowhere}}", "ApiServer must be an http or https address, but is 'nowhere'.")]
    [TestCase("tracking: {clearml: {accessKey: x}}", "unknown option 'tracking.clearml.accessKey'")]
    [TestCase("tracking: {clearml: {flushSeconds: 0}}", "option 'tracking.clearml.flushSeconds': FlushSeconds must be between 0.01 and 3600")]
    public void Mistakes_in_the_settings_say_where_they_are(string yaml, string message) =>
        Assert.That(() => ConfigurationFiles.Parse(yaml, "c.yaml"), Throws.TypeOf<OptionsException>().With.Message.Contains(message));

    private static TrainingProgress Progress(long step) => new()
    {
        Step = step,
        Completed = 0.5,
        Epoch = 0.25,
        Loss = 3.5,
        GradientNorm = 1,
        LearningRate = 1e-3,
        TokensSeen = 64 * step,
        TokensPerSecond = 1000,
        Elapsed = TimeSpan.FromSeconds(step),
        Remaining = TimeSpan.FromSeconds(1),
        KeptShare = [1, 0.5f],
    };

    private sealed class Recorder(List<long> steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => steps.Add(value.Step);
    }

    private sealed class FailingTracker : IRunTracker
    {
        public string Name => "failing";

        public void Start(TrackedRun run) => throw new IOException("no room in Start");

        public void Scalars(long step, IReadOnlyList<Metric> values) => throw new InvalidOperationException("Scalars");

        public void Text(long step, string name, string text) => throw new IOException("Text");

        public void Histogram(long step, string name, ReadOnlySpan<float> values) => throw new IOException("Histogram");

        public void End(RunOutcome outcome, string? message = null) => throw new IOException("End");

        public void Dispose() => throw new IOException("Dispose");
    }
}
