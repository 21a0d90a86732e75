using Tef.Core.Configuration;

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
