using System.Text.Json;
using Tef.Core.Configuration;
using Tef.Core.Runs;
using Tef.Core.Training;
using Tef.Tests.Core.Tracking;
using Tef.Tests.MLNet.Fakes;

namespace Tef.Tests.Core.Runs;

/// <summary>What a run makes of its folder, with a backend that only counts.</summary>
public sealed class TrainingRunTests
{
    [Test]
    public void LeavesConfigurationRecordTokenizerAndSamples()
    {
        using TemporaryFolder folder = FolderWithText();
        TefConfiguration configuration = Configuration(folder);
        using TrainingRun run = TrainingRun.Prepare(configuration, new BigramBackend());
        RunRecord record = run.Train();

        Assert.That(record.State, Is.EqualTo(RunState.Completed));
        Assert.That(run.Tokenizer.VocabularySize, Is.EqualTo(270));
        Assert.That(RunRecord.Read(run.Folder.Record).Result!.Steps, Is.EqualTo(record.Result!.Steps));
        Assert.That(RunTokenizer.Load(run.Folder.Tokenizer).Fingerprint, Is.EqualTo(run.Tokenizer.Fingerprint));
        Assert.That(run.Folder.ReadConfiguration().Training.Checkpoints!.Folder, Is.EqualTo("checkpoints"));
        string samples = File.ReadAllText(run.Folder.Samples);
        Assert.That(samples, Does.Contain("\"Global step\": 1,").And.Contain("\"maxNewTokens\": 5").And.Contain("Once"));
    }

    [Test]
    public void TellsItsTrackers()
    {
        using TemporaryFolder folder = FolderWithText();
        using var tracker = new RecordingTracker();
        using TrainingRun run = TrainingRun.Prepare(
            Configuration(folder), new BigramBackend(), new TrainingRunOptions { Trackers = [tracker] });
        run.Train();
        Assert.That(tracker.Calls, Has.Some.Contains("valid/loss").And.Some.Contains("samples"));
    }

    [Test]
    public void AnEndedRunIsNotTrainedAgainUnlessItsLimitIsRaised()
    {
        using TemporaryFolder folder = FolderWithText();
        TefConfiguration configuration = Configuration(folder);
        using (TrainingRun run = TrainingRun.Prepare(configuration, new BigramBackend()))
            run.Train();

        Assert.That(
            () => TrainingRun.Prepare(configuration, new BigramBackend()),
            Throws.InvalidOperationException.With.Message.Contains("has ended"));
        using TrainingRun again = TrainingRun.Prepare(
            configuration with { Training = configuration.Training with { Epochs = 3 } }, new BigramBackend());
        Assert.That(again.Resumes, Is.True);
        Assert.That(again.Train().Resumed, Is.EqualTo(1));
    }

    [Test]
    public void ClearingTakesWhatARunMadeAndNothingElse()
    {
        using TemporaryFolder folder = FolderWithText();
        TefConfiguration configuration = Configuration(folder);
        using (TrainingRun run = TrainingRun.Prepare(configuration, new BigramBackend()))
            run.Train();
        string note = Path.Combine(configuration.Run.Folder, "note.txt");
        File.WriteAllText(note, "mine");

        new RunFolder(configuration.Run.Folder).Clear();

        Assert.That(Directory.GetFileSystemEntries(configuration.Run.Folder), Is.EqualTo(new[] { note }));
    }

    [Test]
    public void TwoProcessesDoNotTrainInOneFolder()
    {
        using TemporaryFolder folder = FolderWithText();
        TefConfiguration configuration = Configuration(folder);
        using (TrainingRun run = TrainingRun.Prepare(configuration, new BigramBackend()))
        {
            Assert.That(
                () => TrainingRun.Prepare(configuration, new BigramBackend()), Throws.InstanceOf<IOException>().With.Message.Contains("Another process"));
            Assert.That(() => run.Folder.Clear(), Throws.InstanceOf<IOException>());
        }

        TrainingRun.Prepare(configuration, new BigramBackend()).Dispose();
    }

    [Test]
    public void ACancelledRunSaysSo()
    {
        using TemporaryFolder folder = FolderWithText();
        using TrainingRun run = TrainingRun.Prepare(Configuration(folder), new BigramBackend());
        Assert.That(run.Train(cancellation: new CancellationToken(canceled: true)).State, Is.EqualTo(RunState.Interrupted));
    }

    [Test]
    public void AFailedRunKeepsItsError()
    {
        using TemporaryFolder folder = FolderWithText();
        using TrainingRun run = TrainingRun.Prepare(Configuration(folder), new BigramBackend());
        Assert.That(() => run.Train(new Failing()), Throws.InvalidOperationException);
        RunRecord record = RunRecord.Read(run.Folder.Record);
        Assert.That(record.State, Is.EqualTo(RunState.Failed));
        Assert.That(record.Error, Is.EqualTo("the disk is gone"));
    }

    [Test]
    public void LogsAreTextAndJson()
    {
        using TemporaryFolder folder = FolderWithText();
        TefConfiguration configuration = Configuration(folder);
        var run = new RunFolder(configuration.Run.Folder);
        using (var log = new RunLog(run))
        {
            using var loggers = new Microsoft.Extensions.Logging.LoggerFactory([log]);
            TrainingRun.Prepare(configuration, new BigramBackend(), new TrainingRunOptions { Loggers = loggers }).Dispose();
        }

        JsonElement line = JsonDocument.Parse(File.ReadAllLines(run.StructuredLog)[0]).RootElement;
        Assert.That(line.GetProperty("category").GetString(), Is.EqualTo("Tef.Run"));
        Assert.That(line.GetProperty("values").GetProperty("Vocabulary").GetInt32(), Is.EqualTo(270));
        Assert.That(File.ReadAllText(run.Log), Does.Contain("INFORMATION Tef.Run: Training text"));
    }

    private static TemporaryFolder FolderWithText()
    {
        var folder = new TemporaryFolder();
        folder.Write("text.txt", string.Concat(Enumerable.Repeat("Once there was a fox.\n<|endoftext|>\nA hen found a seed.\n<|endoftext|>\n", 30)));
        return folder;
    }

    private static TefConfiguration Configuration(TemporaryFolder folder) => ConfigurationFiles.Parse($$"""
        model: {layers: 2, width: 8, heads: 2, context: 16}
        tokenizer: {vocabularySize: 270}
        data: {train: '{{folder.File("text.txt")}}', validShare: 0.2}
        training: {batchSize: 8}
        generation: {maxNewTokens: 5}
        tracking: {trackers: []}
        run: {folder: '{{folder.File("run")}}', prompts: [Once]}
        """);

    private sealed class Failing : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => throw new InvalidOperationException("the disk is gone");
    }
}
