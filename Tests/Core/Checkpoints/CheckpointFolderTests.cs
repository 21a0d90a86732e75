using Tef.Core.Checkpoints;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using Tef.Core.Training;

namespace Tef.Tests.Core.Checkpoints;

/// <summary>What checkpoints stay, which one is taken, and what damage costs.</summary>
public sealed class CheckpointFolderTests
{
    private TemporaryFolder _folder = null!;
    private CheckpointFolder _checkpoints = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _checkpoints = new CheckpointFolder(new CheckpointOptions { Folder = _folder.File("deep", "checkpoints") });
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void There_is_none_at_first()
    {
        Assert.That(_checkpoints.Steps, Is.Empty);
        Assert.That(_checkpoints.FindLatest(), Is.Null);
        Assert.That(_checkpoints.FindBest(), Is.Null);
    }

    [Test]
    public void A_manifest_survives_bit_for_bit()
    {
        CheckpointManifest manifest = Manifest(120, 1.1) with
        {
            Seconds = 0.1 + 0.2,
            AverageLoss = double.NaN,
            BestValidation = new EvaluationResult(10, 1.0 / 3, 40, [0.1f, 1]),
        };
        _checkpoints.Write(manifest, Tensors(1));
        CheckpointManifest read = _checkpoints.FindLatest()!;
        Assert.That(read.Model, Is.EqualTo(manifest.Model));
        Assert.That(read.Training, Is.EqualTo(manifest.Training));
        Assert.That(read.Seconds, Is.EqualTo(manifest.Seconds));
        Assert.That(read.AverageLoss, Is.NaN);
        Assert.That(read.BestValidation!.TotalNats, Is.EqualTo(1.0 / 3));
        Assert.That(read.BestValidation.KeptShare, Is.EqualTo(new[] { 0.1f, 1 }));
        Assert.That(read.Bytes, Is.EqualTo(new FileInfo(_checkpoints.TensorsPath(120)).Length));
    }

    [Test]
    public void The_newest_and_the_best_stay()
    {
        double?[] metrics = [3, 1, null, 2, 2.5, null];
        for (int i = 0; i < metrics.Length; i++)
            _checkpoints.Write(Manifest(10 * i, metrics[i]), Tensors(i));
        Assert.That(_checkpoints.Steps, Is.EqualTo(new[] { 50L, 40, 10 }));
        Assert.That(_checkpoints.FindLatest()!.Step, Is.EqualTo(50));
        Assert.That(_checkpoints.FindBest()!.Step, Is.EqualTo(10));
        Assert.That(Directory.GetFiles(_folder.File("deep", "checkpoints")), Has.Length.EqualTo(6));
    }

    [Test]
    public void Leftovers_of_a_killed_run_go()
    {
        _checkpoints.Write(Manifest(1, null), Tensors(1));
        string folder = _folder.File("deep", "checkpoints");
        File.WriteAllText(Path.Combine(folder, ".step-000000002.safetensors.abc"), "half");
        File.WriteAllText(_checkpoints.TensorsPath(2), "no manifest");
        Assert.That(_checkpoints.FindLatest()!.Step, Is.EqualTo(1));
        _checkpoints.Write(Manifest(3, null), Tensors(3));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(4));
    }

    [TestCase("truncated", "bytes instead of")]
    [TestCase("changed", "does not match its checksum")]
    [TestCase("missing", "is missing")]
    [TestCase("manifest", "damaged")]
    [TestCase("version", "version 7")]
    public void The_one_before_a_damaged_one_is_used(string damage, string message)
    {
        _checkpoints.Write(Manifest(1, null), Tensors(1));
        _checkpoints.Write(Manifest(2, null), Tensors(2));
        Damage(2, damage);
        var problems = new List<string>();
        Assert.That(_checkpoints.FindLatest(problem => problems.Add(problem.Message))!.Step, Is.EqualTo(1));
        Assert.That(problems, Has.Count.EqualTo(1).And.One.Contains(message));

        Damage(1, damage);
        Assert.That(() => _checkpoints.FindLatest(), Throws.TypeOf<InvalidDataException>().With.Message.Contains(message));
    }

    [Test]
    public void A_metric_that_should_be_high_keeps_the_highest()
    {
        var accuracy = new TrainingOptions { MaxSteps = 9, Monitor = "valid/accuracy" };
        double?[] metrics = [0.3, 0.9, null, 0.2, 0.5, null];
        for (int i = 0; i < metrics.Length; i++)
            _checkpoints.Write(Manifest(10 * i, metrics[i]) with { Training = accuracy }, Tensors(i));
        Assert.That(_checkpoints.Steps, Is.EqualTo(new[] { 50L, 40, 10 }));
        _checkpoints.SetMetric(50, 0.95);
        Assert.That(_checkpoints.FindBest()!.Step, Is.EqualTo(50));
        Assert.That(_checkpoints.Steps, Is.EqualTo(new[] { 50L, 40 }));
    }

    [Test]
    public void Checkpoints_are_found_by_name()
    {
        Assert.That(() => _checkpoints.Find("last"), Throws.ArgumentException.With.Message.Contains("there are: none"));
        _checkpoints.Write(Manifest(7, 1), Tensors(1));
        _checkpoints.Write(Manifest(8, 2), Tensors(1));
        Assert.That(_checkpoints.Find("last").Step, Is.EqualTo(8));
        Assert.That(_checkpoints.Find("best").Step, Is.EqualTo(7));
        Assert.That(_checkpoints.Find("7").Step, Is.EqualTo(7));
        Assert.That(() => _checkpoints.Find("9"), Throws.ArgumentException.With.Message.Contains("last, best, 8, 7"));
    }

    [Test]
    public void Files_are_kept_beside_the_tensors()
    {
        byte[] content = [0, 255, 10, 13, 0];
        var folder = new CheckpointFolder(new CheckpointOptions
        {
            Folder = _folder.File("deep", "checkpoints"),
            Files = new Dictionary<string, byte[]> { ["tokenizer.model"] = content, ["empty"] = [] },
        });
        folder.Write(Manifest(3, null) with { Configuration = "a: 1\n" }, Tensors(1));
        IReadOnlyDictionary<string, byte[]> files = _checkpoints.ReadFiles(3);
        Assert.That(files.Keys, Is.EquivalentTo(new[] { "tokenizer.model", "empty" }));
        Assert.That(files["tokenizer.model"], Is.EqualTo(content));

        _checkpoints.Write(Manifest(4, null), Tensors(1));
        Assert.That(_checkpoints.ReadFiles(4), Is.Empty);
        Assert.That(_checkpoints.Peek(3)!.Configuration, Is.EqualTo("a: 1\n"));
        File.WriteAllText(Path.ChangeExtension(_checkpoints.TensorsPath(4), ".json"), "{");
        Assert.That(_checkpoints.Peek()!.Step, Is.EqualTo(3));
        Assert.That(() => _checkpoints.Peek(4), Throws.TypeOf<InvalidDataException>().With.Message.Contains("damaged"));
        Assert.That(() => _checkpoints.Peek(5), Throws.TypeOf<InvalidDataException>().With.Message.Contains("missing"));
    }

    [Test]
    public void A_write_that_fails_leaves_the_one_before()
    {
        _checkpoints.Write(Manifest(1, null), Tensors(1));
        var full = new SafetensorsTensor("weight", SafetensorsType.F32, [3], _ => throw new IOException("No space left on device"));
        Assert.That(
            () => _checkpoints.Write(Manifest(2, null), [full]),
            Throws.InstanceOf<IOException>().With.Message.Contains("step 2 could not be written")
                .And.Message.Contains("No space left").And.Message.Contains("step 1 stays"));
        Assert.That(_checkpoints.FindLatest()!.Step, Is.EqualTo(1));
        Assert.That(Directory.GetFiles(_folder.File("deep", "checkpoints")), Has.Length.EqualTo(2), "nothing half-written stays");
    }

    [Test]
    public void Fingerprints_tell_texts_apart()
    {
        string fingerprint = TextFingerprint.Of(Source(1000, 1));
        Assert.That(TextFingerprint.Of(Source(1000, 1)), Is.EqualTo(fingerprint));
        Assert.That(TextFingerprint.Of(Source(1000, 2)), Is.Not.EqualTo(fingerprint));
        Assert.That(TextFingerprint.Of(Source(1001, 1)), Is.Not.EqualTo(fingerprint));
        Assert.That(TextFingerprint.Of(Source(0, 1)), Does.StartWith("0 tokens"));

        static MemoryTokenSource Source(int count, int first)
        {
            var source = new MemoryTokenSource(300);
            source.Add([.. Enumerable.Range(0, count).Select(i => (first + i) % 300)], count);
            return source;
        }
    }

    private static CheckpointManifest Manifest(long step, double? metric) => new()
    {
        Step = step,
        Model = new Gpt2Options { VocabularySize = 300, Tef = TefOptions.Routed(0.5f) },
        Training = new TrainingOptions { MaxSteps = 9 },
        Text = "text",
        Seconds = step,
        AverageLoss = 2,
        Metric = metric,
    };

    private static SafetensorsTensor[] Tensors(float value) =>
        [SafetensorsTensor.Raw<float>("weight", SafetensorsType.F32, [3], new[] { value, value, value })];

    private void Damage(long step, string damage)
    {
        string tensors = _checkpoints.TensorsPath(step), manifest = Path.ChangeExtension(tensors, ".json");
        byte[] bytes = File.ReadAllBytes(tensors);
        switch (damage)
        {
            case "truncated":
                File.WriteAllBytes(tensors, bytes[..^1]);
                break;
            case "changed":
                bytes[^1] ^= 1;
                File.WriteAllBytes(tensors, bytes);
                break;
            case "missing":
                File.Delete(tensors);
                break;
            case "manifest":
                File.WriteAllText(manifest, "{\"step\": ");
                break;
            case "version":
                string text = File.ReadAllText(manifest);
                File.WriteAllText(manifest, text.Replace("\"version\": 1", "\"version\": 7", StringComparison.Ordinal));
                break;
        }
    }
}
