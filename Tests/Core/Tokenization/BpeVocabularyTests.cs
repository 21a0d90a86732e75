using System.Text;
using System.Text.Json;
using Tef.Core.Tokenization;

namespace Tef.Tests.Core.Tokenization;

public class BpeVocabularyTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("tef-bpe-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    internal static BpeVocabulary Trained(int size = 350)
    {
        var random = new Random(11);
        return new BpeTrainer(new BpeTrainerOptions { VocabularySize = size })
            .Train(Enumerable.Range(0, 20).Select(_ => RandomText.Story(random, 200)).ToArray());
    }

    [Test]
    public void WhatIsSavedLoads()
    {
        BpeVocabulary vocabulary = Trained();
        string folder = Path.Combine(_folder, "new", "tokenizer");
        vocabulary.Save(folder);
        BpeVocabulary again = BpeVocabulary.Load(folder);

        Assert.That(again.Tokens, Is.EqualTo(vocabulary.Tokens));
        Assert.That(again.Merges, Is.EqualTo(vocabulary.Merges));
        Assert.That(again.SpecialTokens, Is.EqualTo(new[] { BpeTrainerOptions.EndOfText }));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(2));

        vocabulary.Save(folder);
        Assert.That(BpeVocabulary.Load(folder).Tokens, Is.EqualTo(vocabulary.Tokens));
    }

    [Test]
    public void FilesHaveTheFormOfHuggingFace()
    {
        BpeVocabulary vocabulary = Trained();
        vocabulary.Save(_folder);

        byte[] json = File.ReadAllBytes(Path.Combine(_folder, "vocab.json"));
        Assert.That(json[0], Is.EqualTo((byte)'{'));
        Assert.That(Encoding.UTF8.GetString(json), Does.Contain("\"Ġ"));
        var ids = JsonSerializer.Deserialize<Dictionary<string, int>>(json)!;
        Assert.That(ids["!"], Is.Zero);
        Assert.That(ids["Ġ"], Is.EqualTo(220));
        Assert.That(ids["<|endoftext|>"], Is.EqualTo(349));

        string[] lines = File.ReadAllText(Path.Combine(_folder, "merges.txt")).Split('\n');
        Assert.That(lines[0], Is.EqualTo("#version: 0.2"));
        Assert.That(lines[1], Is.EqualTo($"{vocabulary.Merges[0].Left} {vocabulary.Merges[0].Right}"));
        Assert.That(lines, Has.Length.EqualTo(vocabulary.Merges.Count + 2));
        Assert.That(lines[^1], Is.Empty);
    }

    [Test]
    public void Gpt2Loads()
    {
        BpeVocabulary vocabulary = BpeVocabulary.Load(Tokenizers.Gpt2.VocabularyFile, Tokenizers.Gpt2.MergesFile);
        Assert.That(vocabulary.Tokens, Has.Count.EqualTo(50257));
        Assert.That(vocabulary.Merges, Has.Count.EqualTo(50000));
        Assert.That(vocabulary.SpecialTokens, Is.EqualTo(new[] { "<|endoftext|>" }));
    }

    // Lines of a small vocabulary: 256 bytes, "ab", "abc", a special token.
    private static string Json(params string[] more)
    {
        IEnumerable<string> bytes = Trained(257).Tokens.Take(256).Select((token, id) => $"{JsonSerializer.Serialize(token)}: {id}");
        return "{\n" + string.Join(",\n", bytes.Concat(more)) + "\n}\n";
    }

    private void Write(string json, string merges)
    {
        File.WriteAllText(Path.Combine(_folder, "vocab.json"), json);
        File.WriteAllText(Path.Combine(_folder, "merges.txt"), merges);
    }

    [Test]
    public void AHandWrittenVocabularyLoads()
    {
        Write(Json("\"ab\": 256", "\"<s>\": 257", "\"abc\": 258"), "#version: 0.2\r\na b\r\n\r\nab c");
        BpeVocabulary vocabulary = BpeVocabulary.Load(_folder);
        Assert.That(vocabulary.Merges, Is.EqualTo(new[] { ("a", "b"), ("ab", "c") }));
        Assert.That(vocabulary.SpecialTokens, Is.EqualTo(new[] { "<s>" }));
    }

    [TestCase("\"ab\": 256", "#version: 0.2\na b\na b c\n", "merges.txt, line 3")]
    [TestCase("\"ab\": 256", "a b\nab\n", "merges.txt, line 2")]
    [TestCase("\"ab\": 256", "a b\nab \n", "merges.txt, line 2")]
    [TestCase("\"ab\": 256", "a b\n\nab c\n", "merges.txt, line 3")]
    [TestCase("\"ab\": 256", "a b\na b\n", "merges.txt, line 2")]
    [TestCase("\"ab\": 256", "ab c\n", "'abc'")]
    [TestCase("\"ab\": 256", "xy z\n", "'xy'")]
    [TestCase("\"ab\": 258", "a b\n", "258")]
    [TestCase("\"ab\": 7", "a b\n", "same id 7")]
    [TestCase("\"ab\": -1", "a b\n", "vocab.json, line 258")]
    [TestCase("\"ab\": \"x\"", "a b\n", "vocab.json, line 258")]
    [TestCase("\"ab\": 1.5", "a b\n", "vocab.json, line 258")]
    [TestCase("\"ab\": 99999999999", "a b\n", "vocab.json, line 258")]
    [TestCase("\"a\": 256", "", "vocab.json, line 258")]
    [TestCase("\"ab\" 256", "a b\n", "vocab.json, line 258")]
    [TestCase("\"\\ud800\": 256", "", "vocab.json, line 258")]
    public void DamagedFilesAreErrorsWithALine(string entry, string merges, string expected)
    {
        Write(Json(entry), merges);
        Assert.That(
            () => BpeVocabulary.Load(_folder), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(expected));
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{\"a\": 0}")]
    [TestCase("{\"a\": 0")]
    [TestCase("null")]
    public void FilesThatAreNoVocabularyAreErrors(string json)
    {
        Write(json, "");
        Assert.That(() => BpeVocabulary.Load(_folder), Throws.InstanceOf<InvalidDataException>().With.Message.Contains("vocab.json"));
    }

    [Test]
    public void TruncatedFilesAreErrorsAndNothingElse()
    {
        Trained().Save(_folder);
        byte[] json = File.ReadAllBytes(Path.Combine(_folder, "vocab.json"));
        byte[] merges = File.ReadAllBytes(Path.Combine(_folder, "merges.txt"));
        var random = new Random(12);
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. i % 2 == 0 ? json : merges];
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (i % 3 == 0)
                damaged = damaged[..random.Next(damaged.Length)];
            try
            {
                BpeVocabulary.Read(new MemoryStream(i % 2 == 0 ? damaged : json), new MemoryStream(i % 2 == 0 ? merges : damaged));
            }
            catch (InvalidDataException)
            {
                // The only kind of error that is expected.
            }
        }
    }

    [Test]
    public void AMissingFileIsNamed()
    {
        Trained().Save(_folder);
        File.Delete(Path.Combine(_folder, "merges.txt"));
        Assert.That(() => BpeVocabulary.Load(_folder), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("merges.txt"));
    }
}
