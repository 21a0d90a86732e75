using Tef.Core.Configuration;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Tests.Core.Configuration;

/// <summary>Configurations in YAML: layers, overrides, mistakes with their place, and the way back.</summary>
public sealed class ConfigurationFilesTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Nothing_is_the_defaults()
    {
        TefConfiguration configuration = ConfigurationFiles.Load([]);
        Assert.That(configuration.Model, Is.EqualTo(new Gpt2Options()));
        Assert.That(configuration.Training, Is.EqualTo(new TrainingOptions()));
        Assert.That(OptionsJson.Write(ConfigurationFiles.Parse("# only a comment\n").Tokenizer), Is.EqualTo(OptionsJson.Write(new TokenizerSettings())));
    }

    [Test]
    public void Later_files_win_and_overrides_last()
    {
        string model = _folder.Write(
            "model.yaml", "model:\n  family: gpt2\n  layers: 4\n  width: 64\n  heads: 4\ntraining: {batchSize: 2}\n");
        string training = _folder.Write("training.yaml", "training:\n  learningRate: 3e-4\n  schedule: linear\n  batchSize: 8\n");

        TefConfiguration configuration = ConfigurationFiles.Load(
            [model, training],
            ["model.layers=5", "data.train=../a b/c: d.txt", "run.prompts=['Once', \"upon\"]", "training.minutes=.5", "tef=null"]);

        Assert.That(configuration.Model, Is.EqualTo(new Gpt2Options { Layers = 5, Width = 64, Heads = 4 }));
        Assert.That(
            configuration.Training,
            Is.EqualTo(new TrainingOptions
            {
                LearningRate = 3e-4,
                Schedule = LearningRateSchedule.Linear,
                BatchSize = 8,
                MaxMinutes = 0.5,
            }));
        Assert.That(configuration.Data.Train, Is.EqualTo("../a b/c: d.txt"));
        Assert.That(configuration.Run.Prompts, Is.EqualTo(new[] { "Once", "upon" }));
        Assert.That(configuration.Tef, Is.Null);
    }

    [Test]
    public void A_selector_of_another_kind_replaces_the_one_below()
    {
        string below = _folder.Write("below.yaml", "tef:\n  selector: {kind: budget, keep: 0.5}\n  maskWarmupSteps: 9\n");
        string above = _folder.Write("above.yaml", "tef:\n  selector: {kind: threshold, theta: 0.25}\n");
        TefConfiguration configuration = ConfigurationFiles.Load([below, above]);
        Assert.That(configuration.Tef, Is.EqualTo(new TefOptions { Selector = new Threshold(0.25f), MaskWarmupSteps = 9 }));
        Assert.That(((Gpt2Options)configuration.CreateModel(300)).Tef, Is.EqualTo(configuration.Tef));
        Assert.That(ConfigurationFiles.Load([below], ["tef.selector.keep=0.25"]).Tef!.Selector, Is.EqualTo(new Budget(0.25f)));
    }

    [Test]
    public void What_is_written_reads_back()
    {
        TefConfiguration configuration = ConfigurationFiles.Load([]) with
        {
            Model = new Gpt2Options { Layers = 3, LayerNormEpsilon = 1e-6f },
            Tef = TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.List, BlockList = [1, 3] },
            Data = new DataSettings { Train = "it's: a \"name\"\t#1\n{x}", Valid = "true" },
            Tokenizer = new TokenizerSettings { EndOfText = "<|ünd 😀|>", Path = "" },
            Training = new TrainingOptions { LearningRate = 1.2345678901234567e-5, Checkpoints = new CheckpointOptions { Interval = 7 } },
            Run = new RunSettings { Folder = "~", Prompts = ["", " a ", "- b", "1e3", "[", "a, b"] },
        };

        string yaml = ConfigurationFiles.Write(configuration);
        TefConfiguration read = ConfigurationFiles.Parse(yaml);

        Assert.That(ConfigurationFiles.Write(read), Is.EqualTo(yaml));
        Assert.That(read.Model, Is.EqualTo(configuration.Model));
        Assert.That(read.Tef, Is.EqualTo(configuration.Tef));
        Assert.That(read.Data, Is.EqualTo(configuration.Data));
        Assert.That(OptionsJson.Write(read.Tokenizer), Is.EqualTo(OptionsJson.Write(configuration.Tokenizer)));
        Assert.That(read.Training, Is.EqualTo(configuration.Training));
        Assert.That(read.Run.Prompts, Is.EqualTo(configuration.Run.Prompts));
        Assert.That(read.Run.Folder, Is.EqualTo("~"));
    }

    [Test]
    public void Any_text_survives_the_way_back()
    {
        var random = new Random(5);
        const string signs = "aZ0 '\"\\:#-{}[],&*!|>%@`\n\t\r~?=.é\u0085\u2028\u0001\uFEFF";
        for (int i = 0; i < 300; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => signs[random.Next(signs.Length)]));
            string yaml = ConfigurationFiles.Write(new TefConfiguration { Data = new DataSettings { Train = text } });
            Assert.That(ConfigurationFiles.Parse(yaml).Data.Train, Is.EqualTo(text), yaml);
        }
    }

    [TestCase("training:\n  epohcs: 3\n", "c.yaml, line 2, column 3: unknown option 'training.epohcs'; did you mean 'epochs'?")]
    [TestCase("trainnig: {}\n", "c.yaml, line 1, column 1: unknown option 'trainnig'; did you mean 'training'?")]
    [TestCase("training:\n  epochs: many\n", "c.yaml, line 2, column 11: option 'training.epochs' must be a whole number")]
    [TestCase("training:\n  epochs: 1.5\n", "c.yaml, line 2, column 11: option 'training.epochs' must be a whole number")]
    [TestCase("training:\n  learningRate: .inf\n", "c.yaml, line 2, column 17: option 'training.learningRate' must be a number")]
    [TestCase("model:\n  layers: 2\n  heads: 0\n", "c.yaml, line 3, column 10: option 'model.heads': Heads must be at least 1")]
    [TestCase("model:\n  family: gtp2\n", "c.yaml, line 2, column 11: option 'model.family' is 'gtp2'; did you mean 'gpt2'?")]
    [TestCase("model: 3\n", "c.yaml, line 1, column 8: option 'model' must be an object, but is 3")]
    [TestCase("- a\n- b\n", "c.yaml, line 1, column 1: the configuration must be an object, but is a list")]
    [TestCase("training:\n  epochs: 1\n  epochs: 2\n", "c.yaml, line 3, column 3: option 'epochs' is given twice")]
    [TestCase("training: {epochs: 1\n", "c.yaml, line")]
    [TestCase("training:\n\tepochs: 1\n", "not YAML: ")]
    [TestCase("a: &x 1\n", "c.yaml, line 1, column 4: anchors and aliases are not supported")]
    [TestCase("a: 1\n---\nb: 2\n", "a second one begins")]
    [TestCase("? [a]\n: 1\n", "the name of an option must be a text")]
    [TestCase("training: {schedule: cosinus}\n", "option 'training.schedule' is 'cosinus'; did you mean 'Cosine'?")]
    [TestCase("data: {train: 12}\n", "c.yaml, line 1, column 15: option 'data.train' must be a text, but is 12")]
    [TestCase("data: {validShare: 2}\n", "c.yaml, line 1, column 20: option 'data.validShare': ValidShare must be between 0.001 and 0.9")]
    [TestCase("tef: {mode: Eval}\n", "option 'tef.selector' is missing")]
    [TestCase("training: {epochs: 0}\n", "One of Epochs, MaxSteps and MaxMinutes must be set")]
    [TestCase("tokenizer: {vocabularySize: 100}\n", "VocabularySize must be at least 257, but is 100")]
    [TestCase("run: {threads: -1}\n", "option 'run.threads': Threads must be at least 0, but is -1")]
    public void Mistakes_say_where_they_are(string yaml, string message)
    {
        string path = _folder.Write("c.yaml", yaml);
        Assert.That(() => ConfigurationFiles.Load([path]), Throws.TypeOf<OptionsException>().With.Message.Contains(message));
    }

    [TestCase("training.epohcs=3", "--set training.epohcs=3: unknown option 'training.epohcs'; did you mean 'epochs'?")]
    [TestCase("training.epochs", "--set training.epochs: an override has the form name.name=value.")]
    [TestCase("=3", "--set =3: an override has the form name.name=value.")]
    [TestCase("training.epochs=[", "--set training.epochs=[: not YAML")]
    [TestCase("training.batchSize=0", "--set training.batchSize=0: option 'training.batchSize': BatchSize must be at least 1, but is 0.")]
    public void Mistakes_in_overrides_name_them(string text, string message) =>
        Assert.That(() => ConfigurationFiles.Load([], [text]), Throws.TypeOf<OptionsException>().With.Message.StartsWith(message));

    [Test]
    public void A_missing_file_is_named() => Assert.That(
        () => ConfigurationFiles.Load([_folder.File("no.yaml")]), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("no.yaml"));

    [Test]
    public void Token_filtering_belongs_in_one_place()
    {
        const string selector = "{selector: {kind: budget, keep: 0.5}}";
        TefConfiguration configuration = ConfigurationFiles.Parse($"model: {{tef: {selector}}}\ntef: {selector}\n");
        Assert.That(() => configuration.CreateModel(300), Throws.ArgumentException.With.Message.Contains("given twice"));
        Assert.That(
            () => ConfigurationFiles.Parse("model: {vocabularySize: 299}").CreateModel(300),
            Throws.ArgumentException.With.Message.Contains("300").And.Message.Contains("299"));
    }
}
