using Tef.Samples.Quickstart.Stories;
using Tef.Tests.Core;

namespace Tef.Tests.Quickstart.Stories;

public sealed class StoryCorpusTests
{
    private const string Separator = "\n<|endoftext|>\n";

    [Test]
    public void Writes_files_of_the_asked_size_without_a_story_twice()
    {
        using var folder = new TemporaryFolder();
        string training = folder.File("corpus", "train.txt");
        string validation = folder.File("corpus", "valid.txt");
        StoryCorpus.Write(training, 300_000, validation, 50_000, seed: 3);

        Assert.That(new FileInfo(training).Length, Is.InRange(300_000, 303_000));
        Assert.That(new FileInfo(validation).Length, Is.InRange(50_000, 53_000));
        string text = File.ReadAllText(validation) + File.ReadAllText(training);
        Assert.That(text, Does.EndWith(Separator));
        Assert.That(text.Split(Separator), Is.Unique);
    }

    [Test]
    public void The_same_seed_writes_the_same_files()
    {
        using var folder = new TemporaryFolder();
        string Write(string name, int seed)
        {
            StoryCorpus.Write(folder.File(name, "train.txt"), 30_000, folder.File(name, "valid.txt"), 10_000, seed);
            return File.ReadAllText(folder.File(name, "train.txt")) + File.ReadAllText(folder.File(name, "valid.txt"));
        }

        string first = Write("first", seed: 5);
        Assert.That(Write("second", seed: 5), Is.EqualTo(first));
        Assert.That(Write("third", seed: 6), Is.Not.EqualTo(first));
    }
}
