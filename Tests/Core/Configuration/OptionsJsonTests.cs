using System.Text.Json;
using Tef.Core.Configuration;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.Core.Text;
using Tef.Core.Training;

namespace Tef.Tests.Core.Configuration;

public sealed class OptionsJsonTests
{
    private static IEnumerable<LanguageModelOptions> Models() =>
    [
        new Gpt2Options(),
        new Gpt2Options { VocabularySize = 50_257, Layers = 12, Width = 768, Heads = 12, Dropout = 0.15f, LayerNormEpsilon = 1e-6f },
        new Gpt2Options { Tef = TefOptions.Seed(0.9f) },
        new Gpt2Options
        {
            Architecture = new Gpt2Architecture
            {
                Positions = PositionEncoding.Rotary,
                RotaryBase = 500_000,
                Norm = NormKind.RmsNorm,
                NormPlacement = NormPlacement.Both,
                Activation = FeedForwardActivation.SwiGlu,
                TieHead = false,
                Bias = false,
                KeyValueHeads = 2,
                Initialization = WeightInitialization.Small,
                EmbeddingDropout = 0.25f,
                AttentionDropout = 0,
                FeedForwardDropout = 0.5f,
            },
        },
        new Gpt2Options { Tef = TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.List, BlockList = [1, 3], InitialBias = -2.5f } },
        new Gpt2Options { Tef = TefOptions.Routed(0.5f) with { Selector = new TopK(3), Loss = AuxiliaryLoss.GatedL1, DenseLast = false } },
        new Gpt2Options { Tef = TefOptions.Routed(0.5f) with { Selector = new Threshold(0.25f), Loss = AuxiliaryLoss.Budget, TargetKeep = 0.3f } },
        new Gpt2Options { Layers = 6, Tef = TefOptions.Routed(0.5f) with { BlockKeep = [0.75f, 0.25f], KeepScheduleSteps = 300 } },
    ];

    [TestCaseSource(nameof(Models))]
    public void Model_options_survive(LanguageModelOptions options)
    {
        string json = OptionsJson.Write(options);
        Assert.That(OptionsJson.Read<LanguageModelOptions>(json), Is.EqualTo(options));
        Assert.That(OptionsJson.Read<Gpt2Options>(OptionsJson.Write((Gpt2Options)options)), Is.EqualTo(options));
        Assert.That(json, Does.Contain("\"family\": \"gpt2\"").And.Not.Contain("layerCount").And.Not.Contain("isCausal"));
    }

    [Test]
    public void Other_options_survive()
    {
        var training = new TrainingOptions { LearningRate = 3e-4, MaxMinutes = 0.1, Schedule = LearningRateSchedule.Linear, Epochs = 0 };
        Assert.That(OptionsJson.Read<TrainingOptions>(OptionsJson.Write(training)), Is.EqualTo(training));
        TefOptions tef = TefOptions.Seed(0.3f);
        Assert.That(OptionsJson.Read<TefOptions>(OptionsJson.Write(tef)), Is.EqualTo(tef));
        var evaluation = new EvaluationOptions { Stride = 7 };
        Assert.That(OptionsJson.Read<EvaluationOptions>(OptionsJson.Write(evaluation)), Is.EqualTo(evaluation));
        var filtered = new EvaluationOptions { Filter = new FilterOverride(new Budget(0.5f)) { Thresholds = [float.MinValue, 0.25f] } };
        Assert.That(OptionsJson.Read<EvaluationOptions>(OptionsJson.Write(filtered)), Is.EqualTo(filtered));
        var documents = new DocumentReadOptions { Format = DocumentFormat.Stories };
        Assert.That(OptionsJson.Read<DocumentReadOptions>(OptionsJson.Write(documents)), Is.EqualTo(documents));
        var generation = new GenerationOptions { BadTokens = [[1, 2], [3]], StopTokens = [0], TopP = 0.95f, Seed = -1 };
        GenerationOptions read = OptionsJson.Read<GenerationOptions>(OptionsJson.Write(generation));
        Assert.That(read.BadTokens, Is.EqualTo(generation.BadTokens));
        Assert.That(read.StopTokens, Is.EqualTo(generation.StopTokens));
        Assert.That(read with { BadTokens = generation.BadTokens, StopTokens = generation.StopTokens }, Is.EqualTo(generation));
    }

    [Test]
    public void Absent_members_have_their_defaults()
    {
        Assert.That(OptionsJson.Read<TrainingOptions>("{}"), Is.EqualTo(new TrainingOptions()));
        Assert.That(
            OptionsJson.Read<LanguageModelOptions>(
                """{ "layers": 3, "family": "gpt2", "tef": { "selector": { "keep": 0.5, "kind": "budget" }, "mode": "off" } }"""),
            Is.EqualTo(new Gpt2Options { Layers = 3, Tef = new() { Selector = new Budget(0.5f), Mode = MaskMode.Off } }));
        Assert.That(OptionsJson.Read<Gpt2Options>("""{ "family": "gpt2", "tef": null }"""), Is.EqualTo(new Gpt2Options()));
    }

    [Test]
    public void Comments_and_trailing_commas_are_allowed() =>
        Assert.That(OptionsJson.Read<TrainingOptions>("{ // quick\n \"epochs\": 2, }").Epochs, Is.EqualTo(2));

    [Test]
    public void Every_default_is_what_the_type_says()
    {
        foreach ((Type type, object defaults) in OptionRules.Defaults)
        {
            Assert.That(defaults, Is.InstanceOf(type));
            string json = JsonSerializer.Serialize(defaults, OptionsJsonContext.Default.GetTypeInfo(type)!);
            Assert.That(json, Is.Not.Empty);
        }
    }

    [TestCase("{\n  \"learningRat\": 1\n}", "learningRat", 2, 3, "unknown option 'learningRat'; did you mean 'learningRate'?")]
    [TestCase("{\"LearningRate\": 1}", "LearningRate", 1, 2, "did you mean 'learningRate'?")]
    [TestCase("{\"optimiser\": \"AdamW\"}", "optimiser", 1, 2, "did you mean 'optimizer'?")]
    [TestCase("{\"quality\": 1}", "quality", 1, 2, "known are epochs, maxSteps")]
    [TestCase("{\"epochs\": 1,\n\"epochs\": 2}", "epochs", 2, 1, "given twice")]
    [TestCase("{\"epochs\": 1.5}", "epochs", 1, 12, "must be a whole number of 32 bits, but is 1.5.")]
    [TestCase("{\"epochs\": 3000000000}", "epochs", 1, 12, "must be a whole number of 32 bits, but is 3000000000.")]
    [TestCase("{\"epochs\": \"3\"}", "epochs", 1, 12, "but is the text '3'.")]
    [TestCase("{\"epochs\": null}", "epochs", 1, 12, "but is null.")]
    [TestCase("{\"keepBest\": 1}", "keepBest", 1, 14, "must be true or false, but is 1.")]
    [TestCase("{\"learningRate\": {}}", "learningRate", 1, 18, "must be a number, but is an object.")]
    [TestCase("{\"learningRate\": 1e999}", "learningRate", 1, 18, "must be a number, but is 1e999.")]
    [TestCase("{\"learningRate\":\n -1}", "learningRate", 2, 2, "LearningRate must be a positive number, but is -1.")]
    [TestCase("{\"optimizer\": \"Adam\"}", "optimizer", 1, 15, "option 'optimizer' is 'Adam'; did you mean 'AdamW'?")]
    [TestCase("{\"optimizer\": 1}", "optimizer", 1, 15, "must be one of AdamW, Muon, Sgd, but is 1.")]
    [TestCase("[]", "", 1, 1, "the configuration must be an object, but is a list.")]
    [TestCase("{\"epochs\": 1", "", 1, 13, "not JSON")]
    [TestCase("{\"epochs\": 1} 2", "", 1, 15, "not JSON")]
    [TestCase("", "", 1, 1, "not JSON")]
    [TestCase("{\"\\ud800\": 1}", "", 0, 0, "not JSON")]
    [TestCase("{\"epochs\": 0}", "", 0, 0, "One of Epochs, MaxSteps and MaxMinutes must be set")]
    public void Training_errors_name_option_and_place(string json, string option, int line, int column, string message) =>
        AssertError(() => OptionsJson.Read<TrainingOptions>(json, "run.json"), option, line, column, message);

    [TestCase("{\"layers\": 2}", "family", 1, 1, "option 'family' is missing; known are gpt2.")]
    [TestCase("{\"family\": \"gpt3\"}", "family", 1, 12, "did you mean 'gpt2'?")]
    [TestCase("{\"family\": 2}", "family", 1, 12, "must be a text, but is 2.")]
    [TestCase("{\"family\": \"gpt2\", \"tef\": {}}", "tef.selector", 1, 27, "option 'tef.selector' is missing.")]
    [TestCase(
        "{\"family\": \"gpt2\", \"tef\": {\"selector\": {\"kind\": \"budget\"}}}",
        "tef.selector.keep", 1, 40, "option 'tef.selector.keep' is missing.")]
    [TestCase(
        "{\"family\": \"gpt2\", \"tef\": {\"selector\": {\"kind\": \"bugdet\"}}}", "tef.selector.kind", 1, 49, "did you mean 'budget'?")]
    [TestCase(
        "{\"family\": \"gpt2\", \"tef\": {\"selector\": {\"kind\": \"budget\", \"keep\": 1.5}}}",
        "tef.selector.keep", 1, 67, "Keep must be between 0 and 1, but is 1.5.")]
    [TestCase(
        "{\"family\": \"gpt2\", \"tef\": {\"selector\": {\"kind\": \"budget\", \"isCausal\": true}}}",
        "tef.selector.isCausal", 1, 59, "unknown option")]
    [TestCase("{\"family\": \"gpt2\", \"layerCount\": 2}", "layerCount", 1, 20, "unknown option")]
    [TestCase(
        "{\"family\": \"gpt2\", \"architecture\": {\"positions\": \"rotery\"}}", "architecture.positions", 1, 50, "did you mean 'Rotary'?")]
    [TestCase(
        "{\"family\": \"gpt2\", \"architecture\": {\"keyValueHeads\": 3}}", "architecture.keyValueHeads", 1, 54,
        "KeyValueHeads must divide Heads, but 8 is not a multiple of 3.")]
    [TestCase(
        "{\"family\": \"gpt2\", \"architecture\": {\"attentionDropout\": 1}}", "architecture.attentionDropout", 1, 57,
        "AttentionDropout must be between 0 and 0.99, but is 1.")]
    [TestCase(
        "{\"family\": \"gpt2\", \"architecture\": {\"attentionDropout\": \"low\"}}", "architecture.attentionDropout", 1, 57,
        "must be a number, but is the text 'low'.")]
    [TestCase(
        "{\"family\": \"gpt2\", \"width\": 24, \"architecture\": {\"positions\": \"Rotary\"}}", "architecture.positions", 1, 63,
        "Rotary positions need an even head size")]
    [TestCase("{\"family\": \"gpt2\", \"heads\": 7}", "Width", 0, 0, "Width must be a multiple of Heads")]
    public void Model_errors_name_option_and_place(string json, string option, int line, int column, string message) =>
        AssertError(() => OptionsJson.Read<LanguageModelOptions>(json, "run.json"), option, line, column, message);

    [TestCase("{\"badTokens\": [[1], [2, \"x\"]]}", "badTokens[1][1]", 1, 25, "must be a whole number of 32 bits, but is the text 'x'.")]
    [TestCase("{\"badTokens\": [1]}", "badTokens[0]", 1, 16, "must be a list, but is 1.")]
    [TestCase("{\"stopTokens\": 1}", "stopTokens", 1, 16, "must be a list, but is 1.")]
    public void Generation_errors_name_option_and_place(string json, string option, int line, int column, string message) =>
        AssertError(() => OptionsJson.Read<GenerationOptions>(json, "run.json"), option, line, column, message);

    [Test]
    public void Any_change_of_a_character_is_read_or_refused_clearly()
    {
        string json = OptionsJson.Write<LanguageModelOptions>(new Gpt2Options { Tef = TefOptions.Routed(0.5f) });
        var random = new Random(3);
        for (int i = 0; i < 3000; i++)
        {
            char[] changed = json.ToCharArray();
            changed[random.Next(changed.Length)] = "{}[]\",:-0x\n"[random.Next(11)];
            try
            {
                OptionsJson.Read<LanguageModelOptions>(new string(changed));
            }
            catch (OptionsException exception)
            {
                Assert.That(exception.Message, Does.StartWith("options"));
            }
        }
    }

    [TestCase("beams", "Beams", 0)]
    [TestCase("topk", "topP", 1)]
    [TestCase("hieght", "height", 1)]
    [TestCase("", "abc", 3)]
    [TestCase("kitten", "sitting", 3)]
    public void Distance_of_names(string a, string b, int expected)
    {
        Assert.That(NearestName.Distance(a, b), Is.EqualTo(expected));
        Assert.That(NearestName.Distance(b, a), Is.EqualTo(expected));
    }

    private static void AssertError(Func<object> read, string option, int line, int column, string message)
    {
        OptionsException error = Assert.Throws<OptionsException>(() => read())!;
        Assert.That(error.Message, Does.Contain(message).And.StartWith("run.json"));
        Assert.That((error.Option, error.Line, error.Column), Is.EqualTo((option, (long)line, (long)column)));
    }
}
