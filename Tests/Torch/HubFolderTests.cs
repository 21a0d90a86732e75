using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Core.Data;
using Tef.Core.Decoding;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using Tef.Core.Training;
using Tef.Tests.Core;
using Tef.Tests.Core.HuggingFace;
using TorchSharp.Kernels;

namespace Tef.Tests.Torch;

/// <summary>Folders of the hub in every form, loaded into models and written again.</summary>
[TestFixture]
internal sealed class HubFolderTests
{
    private static readonly int[] s_tokens = [1, 2, 3, 5, 8, 13, 21, 34];

    private ServiceProvider _services = null!;
    private ILanguageModelBackend _backend = null!;
    private TemporaryFolder _folder = null!;
    private float[] _expected = null!;

    [OneTimeSetUp]
    public void Start()
    {
        var services = new ServiceCollection();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        _services = services.BuildServiceProvider();
        _backend = _services.GetRequiredService<LanguageModelBackends>().Selected;
        using var golden = GoldenModel.Load("fused");
        _expected = golden.Model.Score(s_tokens).TokenLosses;
    }

    [OneTimeTearDown]
    public void Stop() => _services.Dispose();

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("gpt2", 12, 12, 768)]
    [TestCase("gpt2-medium", 24, 16, 1024)]
    [TestCase("gpt2-large", 36, 20, 1280)]
    [TestCase("gpt2-xl", 48, 25, 1600)]
    [TestCase("distilgpt2", 6, 12, 768)]
    public void PublishedConfigurations(string name, int layers, int heads, int width)
    {
        _folder.Write($"{name}/config.json", $$"""
            {
              "activation_function": "gelu_new", "architectures": ["GPT2LMHeadModel"], "attn_pdrop": 0.1, "bos_token_id": 50256,
              "embd_pdrop": 0.1, "eos_token_id": 50256, "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "model_type": "gpt2",
              "n_ctx": 1024, "n_embd": {{width}}, "n_head": {{heads}}, "n_layer": {{layers}}, "n_positions": 1024, "resid_pdrop": 0.1,
              "summary_activation": null, "summary_first_dropout": 0.1, "summary_type": "cls_index",
              "task_specific_params": {"text-generation": {"do_sample": true, "max_length": 50} }, "vocab_size": 50257
            }
            """);

        Assert.That(HubFolder.Open(_folder.File(name)).Options, Is.EqualTo(new Gpt2Options
        {
            VocabularySize = 50257,
            Context = 1024,
            Layers = layers,
            Heads = heads,
            Width = width,
        }));
    }

    [TestCase("activation_function", "\"silu\"")]
    [TestCase("model_type", "\"llama\"")]
    [TestCase("scale_attn_by_inverse_layer_idx", "true")]
    [TestCase("tie_word_embeddings", "\"no\"")]
    [TestCase("add_cross_attention", "true")]
    [TestCase("n_layer", "0")]
    [TestCase("n_embd", "\"wide\"")]
    [TestCase("vocab_size", "null")]
    [TestCase("n_head", "7")]
    [TestCase("quantization_config", "{}")]
    public void WhatIsNotSupportedIsNamed(string key, string value)
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(Golden.Path("gpt2-tiny", "config.json")))!;
        config[key] = JsonNode.Parse(value);
        string path = _folder.Write("config.json", config.ToJsonString());

        string shown = key == "n_head" ? "Heads" : $"'{key}'";
        Assert.That(
            () => HubFolder.Open(_folder.Path),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains(path).And.Message.Contains(shown));
    }

    [Test]
    public void DamagedConfigurationsAreClearErrors([Values(1, 2)] int seed)
    {
        byte[] good = File.ReadAllBytes(Golden.Path("gpt2-tiny", "config.json"));
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int i = random.Next(3); i >= 0; i--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            _folder.Write("config.json", bad);
            try
            {
                _ = HubFolder.Open(_folder.Path);
            }
            catch (InvalidDataException exception)
            {
                Assert.That(exception.Message, Does.Contain("config.json"));
            }
        }
    }

    [Test]
    public void MissingFilesSayWhatAndWhere()
    {
        Assert.That(
            () => HubFolder.Open(_folder.File("gpt2")),
            Throws.TypeOf<DirectoryNotFoundException>().With.Message.Contains("openai-community/gpt2"));
        Assert.That(() => HubFolder.Open(_folder.Path), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("config.json"));
        CopyConfiguration();
        HubFolder folder = HubFolder.Open(_folder.Path);
        Assert.That(folder.OpenWeights, Throws.TypeOf<FileNotFoundException>().With.Message.Contains("model.safetensors"));
        Assert.That(folder.LoadVocabulary, Throws.TypeOf<FileNotFoundException>().With.Message.Contains("vocab.json"));
        _folder.Write("model.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n");
        Assert.That(folder.OpenWeights, Throws.TypeOf<InvalidDataException>().With.Message.Contains("Git LFS"));
    }

    [TestCase("safetensors")]
    [TestCase("sharded safetensors")]
    [TestCase("bin")]
    [TestCase("sharded bin")]
    [TestCase("old bin")]
    public void EveryFormOfWeightsGivesTheSameModel(string form)
    {
        CopyConfiguration();
        Dictionary<string, (long[] Shape, float[] Values)> published = Published();
        switch (form)
        {
            case "safetensors":
                WriteSafetensors("model.safetensors", published);
                break;
            case "bin":
                _folder.Write("pytorch_model.bin", PickleWriter.Zip(Pickled(published)));
                break;
            case "old bin":
                _folder.Write("pytorch_model.bin", PickleWriter.Flat(Pickled(published)));
                break;
            default:
                bool pickled = form == "sharded bin";
                string[] files = pickled
                    ? ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"]
                    : ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
                var map = new JsonObject();
                for (int i = 0; i < files.Length; i++)
                {
                    var part = published.Where((_, position) => position % 2 == i).ToDictionary();
                    if (pickled)
                        _folder.Write(files[i], PickleWriter.Zip(Pickled(part)));
                    else
                        WriteSafetensors(files[i], part);
                    foreach (string name in part.Keys)
                        map[name] = files[i];
                }

                _folder.Write(
                    pickled ? "pytorch_model.bin.index.json" : "model.safetensors.index.json",
                    new JsonObject { ["metadata"] = new JsonObject { ["total_size"] = 1 }, ["weight_map"] = map }.ToJsonString());
                break;
        }

        using ILanguageModel model = Load(_folder.Path);
        Assert.That(model.Score(s_tokens).TokenLosses, Is.EqualTo(_expected));
    }

    [Test]
    public void IndexesThatPointNowhereAreClearErrors()
    {
        CopyConfiguration();
        HubFolder folder = HubFolder.Open(_folder.Path);
        string index = _folder.Write("model.safetensors.index.json", """{"weight_map":{"wte.weight":"a.safetensors"}}""");
        Assert.That(folder.OpenWeights, Throws.TypeOf<FileNotFoundException>().With.Message.Contains("a.safetensors"));
        WriteSafetensors("a.safetensors", new() { ["wpe.weight"] = ([1], [1]) });
        Assert.That(folder.OpenWeights, Throws.TypeOf<InvalidDataException>().With.Message.Contains("wte.weight (a.safetensors)"));
        File.WriteAllText(index, """{"weight_map":{"wte.weight":"../a.safetensors"}}""");
        Assert.That(folder.OpenWeights, Throws.TypeOf<InvalidDataException>().With.Message.Contains("same folder"));
        File.WriteAllText(index, "[]");
        Assert.That(folder.OpenWeights, Throws.TypeOf<InvalidDataException>().With.Message.Contains("index.json"));
    }

    [Test]
    public void TensorsThatDoNotFitAreListed()
    {
        CopyConfiguration();
        Dictionary<string, (long[] Shape, float[] Values)> published = Published();
        published.Remove("h.1.mlp.c_fc.bias");
        published["h.9.ln_1.weight"] = ([1], [0]);
        published["ln_f.bias"] = ([3], [0, 0, 0]);
        WriteSafetensors("model.safetensors", published);

        Assert.That(
            () => Load(_folder.Path),
            Throws.TypeOf<InvalidDataException>()
                .With.Message.Contains("missing transformer.h.1.mlp.c_fc.bias")
                .And.Message.Contains("surplus h.9.ln_1.weight")
                .And.Message.Contains("ln_f.bias is [3] instead of [")
                .And.Message.Contains("model.safetensors"));
    }

    [Test]
    public void AddedFiltersKeepEverythingAndCanBeTrained()
    {
        string golden = Path.GetDirectoryName(Golden.Path("gpt2-tiny", "config.json"))!;
        Gpt2Options options = HubFolder.Open(golden).Options with
        {
            Dropout = 0,
            Tef = TefOptions.Routed(0.5f) with { DenseFirst = false, DenseLast = false, NormalizeBeforeScore = true, MaskWarmupSteps = 3 },
        };
        using ILanguageModel model = Load(golden, options);
        SequenceScore score = model.Score(s_tokens);
        Assert.That(score.TokenLosses, Is.EqualTo(_expected));
        Assert.That(score.KeptShare, Has.All.EqualTo(1));

        var text = new MemoryTokenSource(options.VocabularySize);
        text.Add([.. Enumerable.Range(0, 600).Select(i => i * i % 97)], 600);
        _backend.Train(model, new TrainingData(text), new TrainingOptions { Epochs = 0, MaxSteps = 40, BatchSize = 4, WarmupSteps = 1 });
        Assert.That(_backend.Evaluate(model, text).KeptShare[1], Is.InRange(0.2, 0.8));

        HubFolder.Save(_folder.Path, model);
        using ILanguageModel again = Load(_folder.Path);
        Assert.That(again.Options, Is.EqualTo(options));
        Assert.That(again.Score(s_tokens).TokenLosses, Is.EqualTo(model.Score(s_tokens).TokenLosses));
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("model.safetensors"));
        Assert.That(file.Entries.Select(entry => entry.Name), Has.Some.EqualTo("transformer.h.1.tef.weight"));
    }

    [Test]
    public void AThresholdAboveAHalfStillKeepsEverything([Values] GatePlacement gate, [Values] TokenAction action)
    {
        string golden = Path.GetDirectoryName(Golden.Path("gpt2-tiny", "config.json"))!;
        Gpt2Options options = HubFolder.Open(golden).Options with
        {
            Tef = new TefOptions { Selector = new Threshold(0.75f), Gate = gate, Action = action, DenseFirst = false, DenseLast = false },
        };
        using ILanguageModel model = Load(golden, options);
        Assert.That(model.Score(s_tokens).KeptShare, Has.All.EqualTo(1));
    }

    [TestCase(SafetensorsType.F32, "float32", 0)]
    [TestCase(SafetensorsType.BF16, "bfloat16", 0.05)]
    [TestCase(SafetensorsType.F16, "float16", 0.01)]
    public void ExportsLoadAgain(SafetensorsType type, string name, double tolerance)
    {
        string golden = Path.GetDirectoryName(Golden.Path("gpt2-tiny", "config.json"))!;
        using ILanguageModel model = Load(golden);
        HubFolder.Save(_folder.Path, model, type: type);

        using ILanguageModel again = Load(_folder.Path);
        Assert.That(again.Options, Is.EqualTo(model.Options));
        Assert.That(again.Score(s_tokens).TokenLosses, Is.EqualTo(_expected).Within(tolerance));

        // What other tools look for.
        JsonNode config = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!;
        Assert.That((string?)config["torch_dtype"], Is.EqualTo(name));
        Assert.That((string?)config["model_type"], Is.EqualTo("gpt2"));
        Assert.That((string?)config["architectures"]![0], Is.EqualTo("GPT2LMHeadModel"));
        using SafetensorsFile original = SafetensorsFile.Open(Golden.Path("gpt2-tiny", "model.safetensors"));
        using SafetensorsFile written = SafetensorsFile.Open(_folder.File("model.safetensors"));
        Assert.That(written.Metadata["format"], Is.EqualTo("pt"));
        Assert.That(written.Entries.Select(entry => entry.Name), Is.EquivalentTo(original.Entries.Select(entry => entry.Name)));
        Assert.That(written.Entries.Select(entry => entry.Type), Has.All.EqualTo(type));
        Assert.That(Directory.GetFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(["config.json", "model.safetensors"]));
    }

    [TestCase(FeedForwardActivation.Gelu, "gelu")]
    [TestCase(FeedForwardActivation.Relu, "relu")]
    public void WhatTransformersCanBeToldIsExported(FeedForwardActivation activation, string name)
    {
        var options = new Gpt2Options
        {
            VocabularySize = 97,
            Context = 16,
            Layers = 2,
            Width = 16,
            Heads = 2,
            Dropout = 0.25f,
            Architecture = new Gpt2Architecture { Activation = activation, TieHead = false, EmbeddingDropout = 0, AttentionDropout = 0.5f },
        };
        using ILanguageModel model = _backend.Create(options, seed: 4);
        HubFolder.Save(_folder.Path, model);

        using ILanguageModel again = Load(_folder.Path);
        Assert.That(again.Options, Is.EqualTo(options));
        Assert.That(again.Score([1, 2, 3, 4]).TokenLosses, Is.EqualTo(model.Score([1, 2, 3, 4]).TokenLosses));
        JsonNode config = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!;
        Assert.That((string?)config["activation_function"], Is.EqualTo(name));
        Assert.That((bool?)config["tie_word_embeddings"], Is.False);
        Assert.That((float?)config["attn_pdrop"], Is.EqualTo(0.5f));
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File("model.safetensors"));
        Assert.That(file.Find("lm_head.weight")!.Shape, Is.EqualTo(new long[] { 97, 16 }));
    }

    [Test]
    public void WhatTransformersCannotBeToldIsRefusedByName()
    {
        using ILanguageModel model = _backend.Create(
            new Gpt2Options
            {
                VocabularySize = 5,
                Layers = 1,
                Width = 8,
                Heads = 2,
                Architecture = new Gpt2Architecture
                {
                    Positions = PositionEncoding.Rotary,
                    Norm = NormKind.RmsNorm,
                    NormPlacement = NormPlacement.Both,
                    Activation = FeedForwardActivation.SwiGlu,
                    Bias = false,
                    KeyValueHeads = 1,
                },
            },
            seed: 1);
        Assert.That(
            () => HubFolder.Save(_folder.Path, model),
            Throws.TypeOf<NotSupportedException>().With.Message.Contains(
                "Positions Rotary, Norm RmsNorm, NormPlacement Both, Activation SwiGlu, Bias false, KeyValueHeads 1"));
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);

        // A folder for ourselves has all of it, under a model type that transformers refuse.
        HubFolder.Save(_folder.Path, model, anyArchitecture: true);
        HubFolder folder = HubFolder.Open(_folder.Path);
        Assert.That(folder.Options, Is.EqualTo(model.Options));
        using IWeightSource weights = folder.OpenWeights();
        using ILanguageModel again = _backend.Load(folder.Options, weights);
        Assert.That(again.Score([1, 2, 3, 4]).TokenLosses, Is.EqualTo(model.Score([1, 2, 3, 4]).TokenLosses));
        JsonNode config = JsonNode.Parse(File.ReadAllText(_folder.File("config.json")))!;
        Assert.That((string?)config["model_type"], Is.EqualTo("tef-gpt2"));
        config["options"]!["width"] = "wide";
        File.WriteAllText(_folder.File("config.json"), config.ToJsonString());
        Assert.That(
            () => HubFolder.Open(_folder.Path),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("config.json").And.Message.Contains("width"));
    }

    [Test]
    public void ExportRefusesWhatIsNoWeightType()
    {
        using ILanguageModel model = _backend.Create(new Gpt2Options { VocabularySize = 5, Layers = 1, Width = 8, Heads = 2 }, seed: 1);
        Assert.That(() => HubFolder.Save(_folder.Path, model, type: SafetensorsType.I8), Throws.ArgumentException.With.Message.Contains("I8"));
        Assert.That(Directory.GetFiles(_folder.Path), Is.Empty);
    }

    [Test]
    [Category("Large")]
    public void Gpt2OfPublishedSizeTakesItsWeightsOnceAndGenerates()
    {
        const int width = 768, layers = 12, vocabulary = 50257, context = 1024;
        _folder.Write("config.json", $$"""
            {"model_type":"gpt2","n_embd":{{width}},"n_head":12,"n_layer":{{layers}},"n_positions":{{context}},"vocab_size":{{vocabulary}}}
            """);
        WriteLarge(_folder.File("model.safetensors"), width, layers, vocabulary, context);
        long weights = new FileInfo(_folder.File("model.safetensors")).Length;

        NativePool.Trim();
        NativePool.ResetPeak();
        long before = NativePool.PeakBytes;
        long managed = GC.GetTotalAllocatedBytes();
        using ILanguageModel model = Load(_folder.Path);
        Assert.That(model.ParameterCount, Is.EqualTo(124_439_808));
        Assert.That(NativePool.PeakBytes - before, Is.LessThan(1.2 * weights));
        Assert.That(GC.GetTotalAllocatedBytes() - managed, Is.LessThan(0.1 * weights));

        var generated = TokenGenerator.Generate(model, [1, 2, 3], new GenerationOptions { Sample = false, MaxNewTokens = 3 });
        Assert.That(generated[0].Tokens, Has.Count.EqualTo(3));
        Assert.That(NativePool.PeakBytes - before, Is.LessThan(1.5 * weights));
    }

    private ILanguageModel Load(string path, Gpt2Options? options = null)
    {
        HubFolder folder = HubFolder.Open(path);
        using IWeightSource weights = folder.OpenWeights();
        return _backend.Load(options ?? folder.Options, weights);
    }

    private void CopyConfiguration() => File.Copy(Golden.Path("gpt2-tiny", "config.json"), _folder.File("config.json"));

    /// <summary>The golden weights with the names of the published files, and the buffers that those carry along.</summary>
    private static Dictionary<string, (long[] Shape, float[] Values)> Published()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Golden.Path("gpt2-tiny", "model.safetensors"));
        var published = new Dictionary<string, (long[] Shape, float[] Values)>();
        foreach (SafetensorsEntry entry in file.Entries)
        {
            float[] values = new float[entry.Count];
            file.ReadFloats(entry.Name, values);
            published.Add(entry.Name.Replace("transformer.", "", StringComparison.Ordinal), ([.. entry.Shape], values));
        }

        published["h.0.attn.bias"] = ([1, 1, 2, 2], [1, 0, 1, 1]);
        published["h.1.attn.masked_bias"] = ([], [-1e4f]);
        return published;
    }

    private void WriteSafetensors(string name, Dictionary<string, (long[] Shape, float[] Values)> tensors) => SafetensorsWriter.Write(
        _folder.File(name), tensors.Select(item => SafetensorsTensor.Floats(item.Key, item.Value.Shape, () => item.Value.Values)));

    private static PickledTensor[] Pickled(Dictionary<string, (long[] Shape, float[] Values)> tensors) =>
        [.. tensors.Select((item, i) => PickledTensor.Floats(item.Key, item.Value.Shape, item.Value.Values, i.ToString()))];

    /// <summary>Random weights of any size from one block of random numbers, written over and over.</summary>
    private static void WriteLarge(string path, int width, int layers, int vocabulary, int context)
    {
        var random = new Random(1);
        byte[] block = new byte[1 << 20];
        Span<float> numbers = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(block.AsSpan());
        foreach (ref float number in numbers)
            number = (random.NextSingle() - 0.5f) * 0.04f;

        SafetensorsTensor Tensor(string name, params long[] shape) => new(name, SafetensorsType.F32, shape, stream =>
        {
            for (long left = shape.Aggregate(4L, (a, b) => a * b); left > 0; left -= block.Length)
                stream.Write(block, 0, (int)Math.Min(left, block.Length));
        });

        List<SafetensorsTensor> tensors =
            [Tensor("wte.weight", vocabulary, width), Tensor("wpe.weight", context, width), Tensor("ln_f.weight", width), Tensor("ln_f.bias", width)];
        for (int i = 0; i < layers; i++)
        {
            foreach (string norm in (string[])["ln_1", "ln_2"])
                tensors.AddRange([Tensor($"h.{i}.{norm}.weight", width), Tensor($"h.{i}.{norm}.bias", width)]);
            foreach ((string name, int inputs, int outputs) in ((string, int, int)[])
                [("attn.c_attn", width, 3 * width), ("attn.c_proj", width, width), ("mlp.c_fc", width, 4 * width), ("mlp.c_proj", 4 * width, width)])
            {
                tensors.AddRange([Tensor($"h.{i}.{name}.weight", inputs, outputs), Tensor($"h.{i}.{name}.bias", outputs)]);
            }
        }

        using FileStream file = File.Create(path);
        SafetensorsWriter.Write(file, tensors);
    }
}
