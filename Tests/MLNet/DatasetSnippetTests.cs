using System.Text.RegularExpressions;
using Microsoft.ML;
using Tef.Backends.Torch;
using Tef.Core.Data;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Text.Corpora;
using Tef.Core.Training;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

/// <summary>The README's snippets about datasets, run on a small corpus.</summary>
public sealed partial class DatasetSnippetTests
{
    [Test]
    public void The_snippets_of_the_readme_run()
    {
        using var folder = new Core.TemporaryFolder();
        folder.Write("corpus/stories.txt", string.Join("<|endoftext|>", Corpus.Stories(60).Select(story => story.Text)));
        folder.Write("corpus/tagged.jsonl", "{\"body\": \"A story about 2 foxes.\", \"meta\": \"animals\"}\n");
        var ml = new MLContext(seed: 42).UseTef(tef => tef.AddTorch());
        string corpus = folder.File("corpus"), cache = folder.File("cache");
        string clean = folder.File("clean.jsonl"), train = folder.File("train.jsonl"), valid = folder.File("valid.jsonl");

        IDataView documents = ml.Data.LoadFromDocuments(corpus);
        var pipeline = ml.Transforms.CleanText("Text", "Text", new CleaningOptions { Preset = CleaningPreset.Text8, Language = "en" })
            .Append(ml.Transforms.TokenizeText("Tokens", "Text", new TokenizeTextOptions { VocabularySize = 300, MetaColumnName = "Meta" }))
            .Append(ml.Transforms.TefGpt2("Tokens", new TefGpt2Options
            {
                Layers = 2,
                Width = 32,
                Heads = 2,
                Context = 32,
                TokenCacheFolder = cache,
                Training = new TrainingOptions { MaxSteps = 20, Packing = new PackingOptions { SeparateDocuments = true } },
            }));
        TextTokenizer tokenizer = pipeline.Fit(documents).OfType<TextTokenizingTransformer>().Single().Tokenizer;

        CorpusStatistics statistics = CorpusMeasurement.Run(DocumentReader.Read(corpus), tokenizer);
        CleaningResult cleaned = CorpusCleaning.Run(corpus, clean, new CleaningOptions { Language = "en" });
        IReadOnlyList<SplitResult> split = CorpusSplit.Run(clean, [new(train, 0.9), new(valid, 0.1)], seed: 42);

        Assert.That(statistics.Documents, Is.EqualTo(61));
        Assert.That(statistics.Tokens!.BytesPerToken, Is.GreaterThan(1));
        Assert.That(cleaned.DocumentsWritten, Is.EqualTo(61));
        Assert.That(split.Sum(part => part.Documents), Is.EqualTo(61));
        Assert.That(File.Exists(Path.Combine(cache, "train.tokens")), Is.True);
    }

    [Test]
    public void They_are_those_of_the_readme()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "Tef.MLNet.sln")))
            root = root.Parent;
        string source = File.ReadAllText(Path.Combine(root.FullName, "Tests", "MLNet", "DatasetSnippetTests.cs"));
        string section = File.ReadAllText(Path.Combine(root.FullName, "README.md")).Split("### Datasets")[1].Split("\n#")[0];
        string[] lines = [.. Snippet().Matches(section).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim())];
        Assert.That(lines.Count(line => line.Length > 0), Is.GreaterThan(10));
        foreach (string line in lines)
            Assert.That(source, Does.Contain(line));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
