using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

/// <summary>A saved pipeline is one file with everything in it, and says what is wrong with it.</summary>
[TestFixture]
internal sealed class SavingTests
{
    private sealed class Told
    {
        public string Continuation { get; set; } = "";

        public float Loss { get; set; }

        public float[] KeptShare { get; set; } = [];
    }

    private TemporaryFolder _folder = null!;
    private MLContext _ml = null!;
    private TransformerChain<TextGeneratingTransformer> _model = null!;
    private byte[] _zip = null!;

    [OneTimeSetUp]
    public void SaveOnce()
    {
        _folder = new TemporaryFolder();
        _ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(_ml);
        _model = Pipelines.Generating(_ml).Fit(rows);
        _ml.Model.Save(_model, rows.Schema, _folder.File("model.zip"));
        _zip = File.ReadAllBytes(_folder.File("model.zip"));
    }

    [OneTimeTearDown]
    public void Release()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Test]
    public void LoadedInAFreshContextItDoesTheSame()
    {
        MLContext fresh = Pipelines.CreateContext(seed: 1);
        ITransformer loaded = Load(fresh, _zip, out DataViewSchema schema);
        Assert.That(schema.Select(column => column.Name), Is.EqualTo(new[] { "Text" }));

        TextRow[] prompts = Corpus.Stories(40, seed: 5);
        Told[] before = Transform(_ml, _model, prompts);
        Told[] after = Transform(fresh, loaded, prompts);
        Assert.That(after.Select(row => row.Continuation), Is.EqualTo(before.Select(row => row.Continuation)));
        Assert.That(after.Select(row => row.Loss), Is.EqualTo(before.Select(row => row.Loss)));
        Assert.That(after.Select(row => row.KeptShare), Is.EqualTo(before.Select(row => row.KeptShare)));

        using PredictionEngine<TextRow, Told> engine = fresh.Model.CreatePredictionEngine<TextRow, Told>(loaded, schema);
        Assert.That(prompts.Select(prompt => engine.Predict(prompt).Continuation), Is.EqualTo(before.Select(row => row.Continuation)));
    }

    [Test]
    public void LoadedModelKnowsItsTrainingAndCanBeSavedAgain()
    {
        MLContext fresh = Pipelines.CreateContext(seed: 1);
        var loaded = (TransformerChain<ITransformer>)Load(fresh, _zip, out DataViewSchema schema);
        LanguageModelTransformer before = _model.OfType<LanguageModelTransformer>().Single();
        LanguageModelTransformer after = loaded.OfType<LanguageModelTransformer>().Single();
        Assert.That(after.Model.Options, Is.EqualTo(before.Model.Options));
        Assert.That(after.TrainingResult.Steps, Is.EqualTo(before.TrainingResult.Steps));
        Assert.That(after.TrainingResult.Validation!.TotalNats, Is.EqualTo(before.TrainingResult.Validation!.TotalNats));

        using var again = new MemoryStream();
        fresh.Model.Save(loaded, schema, again);
        Assert.That(Contents(again.ToArray()), Is.EqualTo(Contents(_zip)));
    }

    [Test]
    public void TokenizerConfigurationAndWeightsLieInTheZip()
    {
        string[] names = [.. Contents(_zip).Keys.Select(name => name[(name.LastIndexOf('/') + 1)..])];
        Assert.That(names, Is.SupersetOf(new[] { "vocab.json", "merges.txt", "config.json", "model.safetensors", "generation.json" }));
    }

    [Test]
    public void TruncatedZip()
    {
        foreach (int length in new[] { 0, 10, _zip.Length / 2, _zip.Length - 8 })
        {
            Assert.That(
                () => Load(Pipelines.CreateContext(), _zip[..length], out _),
                Throws.InstanceOf<InvalidDataException>().Or.InstanceOf<FormatException>());
        }
    }

    [TestCase("vocab.json")]
    [TestCase("merges.txt")]
    [TestCase("config.json")]
    [TestCase("training.json")]
    [TestCase("generation.json")]
    [TestCase("model.safetensors")]
    public void DamagedEntry(string name)
    {
        byte[] changed = Edit(_zip, name, content => content[content.Length / 2] ^= 1);
        Assert.That(
            () => Load(Pipelines.CreateContext(), changed, out _),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"'{name}'").And.Message.Contains("damaged"));

        byte[] shorter = Edit(_zip, name, content => content[..(content.Length / 2)]);
        Assert.That(
            () => Load(Pipelines.CreateContext(), shorter, out _),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"'{name}'").And.Message.Contains("damaged"));
    }

    [TestCase("vocab.json")]
    [TestCase("model.safetensors")]
    [TestCase("manifest.json")]
    public void MissingEntry(string name) => Assert.That(
        () => Load(Pipelines.CreateContext(), Edit(_zip, name, _ => null), out _),
        Throws.InstanceOf<InvalidDataException>().With.Message.Contains($"'{name}'").And.Message.Contains("missing"));

    [Test]
    public void NewerFormat() => Assert.That(
        () => Load(Pipelines.CreateContext(), EditJson(_zip, "manifest.json", json => json["format"] = 99), out _),
        Throws.InstanceOf<InvalidDataException>().With.Message.Contains("format 99").And.Message.Contains("reads formats 1 to 1"));

    [Test]
    public void UnknownOptionInTheConfiguration() => Assert.That(
        () => Load(Pipelines.CreateContext(), Forge(_zip, "config.json", json => json["flux"] = 3), out _),
        Throws.InstanceOf<InvalidDataException>().With.Message.Contains("config.json").And.Message.Contains("flux"));

    [Test]
    public void ConfigurationThatDoesNotFitTheWeights() => Assert.That(
        () => Load(Pipelines.CreateContext(), Forge(_zip, "config.json", json => json["vocabularySize"] = 341), out _),
        Throws.InstanceOf<InvalidDataException>().With.Message.Contains("model.safetensors"));

    [Test]
    public void TokenizerOfAnotherModel()
    {
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = Pipelines.Stories(ml);
        ITransformer other = ml.Transforms.TokenizeText("Tokens", "Text", vocabularySize: 300).Fit(rows);
        using var stream = new MemoryStream();
        ml.Model.Save(new TransformerChain<ITransformer>(other), rows.Schema, stream);
        Dictionary<string, byte[]> others = Contents(stream.ToArray());
        string folder = others.Keys.Single(name => name.EndsWith("vocab.json", StringComparison.Ordinal))[..^"vocab.json".Length];
        byte[] swapped = EditAll(_zip, (name, content) =>
            name.StartsWith(folder, StringComparison.Ordinal) && others.TryGetValue(name, out byte[]? replacement) ? replacement : content);

        MLContext fresh = Pipelines.CreateContext();
        Assert.That(
            () =>
            {
                ITransformer loaded = Load(fresh, swapped, out DataViewSchema schema);
                fresh.Model.CreatePredictionEngine<TextRow, Told>(loaded, schema);
            },
            Throws.InvalidOperationException.With.Message.Contains("vocabulary of 340").And.Message.Contains("has 300"));
    }

    [Test]
    public void ContextWithoutUseTef() => Assert.That(
        () => Load(new MLContext(1), _zip, out _), Throws.Exception.With.Message.Contains("UseTef"));

    [Test]
    public void ContextWithoutBackend() => Assert.That(
        () => Load(new MLContext(1).UseTef(_ => { }), _zip, out _),
        Throws.InvalidOperationException.With.Message.Contains("No language model backend is registered"));

    private static ITransformer Load(MLContext ml, byte[] zip, out DataViewSchema schema) =>
        ml.Model.Load(new MemoryStream(zip), out schema);

    private static Told[] Transform(MLContext ml, ITransformer model, TextRow[] rows) =>
        [.. ml.Data.CreateEnumerable<Told>(model.Transform(ml.Data.LoadFromEnumerable(rows)), reuseRowObject: false)];

    private static Dictionary<string, byte[]> Contents(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return archive.Entries.ToDictionary(entry => entry.FullName.Replace('\\', '/'), entry =>
        {
            using Stream stream = entry.Open();
            using var content = new MemoryStream();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    /// <summary>The zip with every entry passed through a function; null leaves an entry out.</summary>
    private static byte[] EditAll(byte[] zip, Func<string, byte[], byte[]?> edit)
    {
        using var result = new MemoryStream();
        using (var source = new ZipArchive(new MemoryStream(zip)))
        using (var target = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (ZipArchiveEntry entry in source.Entries)
            {
                using Stream stream = entry.Open();
                using var content = new MemoryStream();
                stream.CopyTo(content);
                if (edit(entry.FullName.Replace('\\', '/'), content.ToArray()) is not { } edited)
                    continue;
                using Stream copy = target.CreateEntry(entry.FullName).Open();
                copy.Write(edited);
            }
        }

        return result.ToArray();
    }

    private static byte[] Edit(byte[] zip, string name, Func<byte[], byte[]?> edit)
    {
        bool done = false;
        byte[] result = EditAll(zip, (path, content) =>
        {
            if (done || !path.EndsWith("/" + name, StringComparison.Ordinal))
                return content;
            done = true;
            return edit(content);
        });
        Assert.That(done, $"The zip has an entry {name}.");
        return result;
    }

    private static byte[] Edit(byte[] zip, string name, Action<byte[]> edit) => Edit(zip, name, content =>
    {
        edit(content);
        return content;
    });

    private static byte[] EditJson(byte[] zip, string name, Action<JsonNode> edit) => Edit(zip, name, content =>
    {
        JsonNode json = JsonNode.Parse(content)!;
        edit(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString());
    });

    /// <summary>Changes a stream of the language model and its manifest alike, as one who means it would.</summary>
    private static byte[] Forge(byte[] zip, string name, Action<JsonNode> edit)
    {
        byte[] changed = EditJson(zip, name, edit);
        string path = Contents(changed).Keys.First(entry => entry.EndsWith("/" + name, StringComparison.Ordinal));
        byte[] content = Contents(changed)[path];
        string manifest = path[..^name.Length] + "manifest.json";
        return EditAll(changed, (entry, bytes) =>
        {
            if (entry != manifest)
                return bytes;
            JsonNode json = JsonNode.Parse(bytes)!;
            JsonNode listed = json["entries"]!.AsArray().Single(item => (string?)item!["name"] == name)!;
            listed["bytes"] = content.Length;
            listed["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
            return Encoding.UTF8.GetBytes(json.ToJsonString());
        });
    }
}
