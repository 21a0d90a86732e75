using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Tokenization;
using Tef.Core.Training;

namespace Tef.Tests.Core.Configuration;

/// <summary>Options explain themselves, and files build on others.</summary>
public sealed class OptionCatalogTests
{
    [Test]
    public void EveryOptionHasASummary() =>
        Assert.That(OptionCatalog.All.Where(option => option.Summary.Length == 0).Select(option => option.Path), Is.Empty);

    [Test]
    public void EveryOptionOfAWrittenConfigurationIsKnown()
    {
        string[] known = [.. OptionCatalog.All.Select(option => option.Path)];
        var path = new List<string>();
        foreach (string line in ConfigurationFiles.Write(ConfigurationFiles.Parse("tef: {selector: {kind: budget, keep: 0.5}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int indent = line.TakeWhile(c => c == ' ').Count() / 2;
            path = [.. path.Take(indent), line.Trim().Split(':')[0]];
            string name = string.Join('.', path);
            Assert.That(known.Contains(name) || known.Any(option => option.StartsWith(name + '.', StringComparison.Ordinal)), Is.True, name);
        }
    }

    /// <summary>By reflection, apart from how the catalog is made: every settable member of every type of options has a path.</summary>
    [Test]
    public void EveryMemberOfEveryTypeOfOptionsCanBeConfigured()
    {
        HashSet<string> known = [.. OptionCatalog.All.Select(option => option.Path)];
        var seen = new HashSet<Type>();
        var missing = new List<string>();
        Walk(typeof(TefConfiguration), "", []);

        Assert.That(missing, Is.Empty);
        Assert.That(seen, Is.SupersetOf(new[]
        {
            typeof(Gpt2Options), typeof(Gpt2Architecture), typeof(TefOptions), typeof(Budget), typeof(CumulativeShare), typeof(TopK),
            typeof(Threshold), typeof(TrainingOptions), typeof(CheckpointOptions), typeof(PackingOptions), typeof(SequenceUnlikelihoodOptions),
            typeof(GenerationOptions), typeof(DocumentReadOptions), typeof(CleaningOptions), typeof(MetaOptions), typeof(SentencePieceSettings),
            typeof(ClearMLSettings),
        }));

        void Walk(Type type, string path, Type[] above)
        {
            seen.Add(type);
            foreach (PropertyInfo member in type.GetProperties().Where(IsOption))
            {
                string name = member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(member.Name);
                string full = path.Length == 0 ? name : $"{path}.{name}";
                Type value = Nullable.GetUnderlyingType(member.PropertyType) ?? member.PropertyType;
                Type[] kinds = [.. value.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).Select(kind => kind.DerivedType)];
                if (!known.Contains(full) && !known.Any(option => option.StartsWith(full + '.', StringComparison.Ordinal)))
                    missing.Add(full);
                // What a section of its own explains is not explained again in others.
                bool isSection = path.Length > 0 && typeof(TefConfiguration).GetProperties().Any(section => section.PropertyType == member.PropertyType);
                if (isSection)
                    continue;
                foreach (Type inner in kinds.Length > 0 ? kinds : [value])
                {
                    if (inner.Namespace!.StartsWith("Tef.", StringComparison.Ordinal) && inner.IsClass && !above.Contains(inner))
                        Walk(inner, full, [.. above, type]);
                }
            }
        }

        static bool IsOption(PropertyInfo member) =>
            member.SetMethod is { IsPublic: true } && member.GetCustomAttribute<JsonIgnoreAttribute>() is null;
    }

    [TestCase(typeof(BpeTrainerOptions), typeof(TokenizerSettings))]
    [TestCase(typeof(SentencePieceTrainerOptions), typeof(TokenizerSettings))]
    public void OptionsOfTokenizerTrainersHaveSettings(Type options, Type settings)
    {
        // Names that the configuration has elsewhere: threads of the run, the token between documents, marks of the meta.
        Dictionary<string, string> elsewhere = new()
        {
            ["Threads"] = "run.threads",
            ["EndToken"] = "tokenizer.endOfText",
            ["UserDefinedTokens"] = "tokenizer.specialTokens",
        };
        HashSet<string> known = new(OptionCatalog.All.Select(option => option.Path), StringComparer.OrdinalIgnoreCase);
        string[] missing =
        [
            .. options.GetProperties().Select(member => member.Name).Where(name => elsewhere.TryGetValue(name, out string? path)
                ? !known.Contains(path)
                : settings.GetProperty(name) is null && !known.Contains($"tokenizer.sentencePiece.{name}")),
        ];
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void KindsAndValuesAreExplained()
    {
        OptionDescription kind = OptionCatalog.Find("tef.selector.kind").Single();
        Assert.That(kind.Choices.Select(choice => choice.Name), Is.SupersetOf(new[] { "budget", "cumulative-share", "top-k", "threshold" }));
        Assert.That(kind.Choices.Select(choice => choice.Summary), Has.All.Not.Empty);

        OptionDescription keep = OptionCatalog.Find("tef.selector.keep").Single();
        Assert.That(keep.Condition, Is.EqualTo("kind: budget"));
        Assert.That(keep.Summary, Does.StartWith("Share of tokens to keep"));

        OptionDescription schedule = OptionCatalog.Find("training.schedule").Single();
        Assert.That(schedule.Default, Is.EqualTo("\"Cosine\""));
        Assert.That(schedule.Choices.Select(choice => choice.Name), Has.Member("Constant"));
    }

    [Test]
    public void UnknownNamesHaveTheNearest() => Assert.That(
        () => OptionCatalog.Find("tef.selektor"), Throws.ArgumentException.With.Message.Contains("did you mean 'tef.selector'?"));

    [Test]
    public void FilesAreLaidOverThoseTheyInclude()
    {
        using var folder = new TemporaryFolder();
        folder.Write("parts/model.yaml", "model: {layers: 3, width: 32, heads: 4}\n");
        folder.Write("parts/base.yaml", "include: model.yaml\ntraining: {batchSize: 4, epochs: 2}\n");
        string path = folder.Write("run.yaml", "include: [parts/base.yaml]\ntraining: {epochs: 5}\nmodel: {heads: 2}\n");

        TefConfiguration configuration = ConfigurationFiles.Load([path]);

        Assert.That(configuration.Training.BatchSize, Is.EqualTo(4));
        Assert.That(configuration.Training.Epochs, Is.EqualTo(5));
        Assert.That(((Tef.Core.Models.Gpt2Options)configuration.Model).Width, Is.EqualTo(32));
        Assert.That(((Tef.Core.Models.Gpt2Options)configuration.Model).Heads, Is.EqualTo(2));
    }

    [Test]
    public void MistakesInAnIncludedFileNameThatFile()
    {
        using var folder = new TemporaryFolder();
        folder.Write("parts/base.yaml", "training:\n  epoch: 2\n");
        string path = folder.Write("run.yaml", "include: parts/base.yaml\n");
        Assert.That(
            () => ConfigurationFiles.Load([path]),
            Throws.InstanceOf<OptionsException>().With.Message.Contains(Path.Combine("parts", "base.yaml") + ", line 2").And.Message.Contains("epochs"));
    }
}
