using System.Text.Json.Nodes;
using Tef.Core.HuggingFace;
using Tef.Core.Tokenization;
using Tef.Tests.Core.Tokenization;

namespace Tef.Tests.Core.HuggingFace;

/// <summary>A <c>tokenizer.json</c>, read as its format is published.</summary>
public sealed class TokenizerJsonTests
{
    [Test]
    public void AReaderOfThePublishedFormatGivesTheSameIds()
    {
        using var folder = new TemporaryFolder();
        BpeVocabulary vocabulary = BpeVocabularyTests.Trained();
        string path = folder.File("tokenizer.json");
        TokenizerJson.Write(vocabulary, path);

        JsonNode root = JsonNode.Parse(File.ReadAllText(path))!;
        foreach (string part in (string[])["pre_tokenizer", "post_processor", "decoder"])
        {
            Assert.That((string?)root[part]!["type"], Is.EqualTo("ByteLevel"));
            Assert.That((bool?)root[part]!["add_prefix_space"], Is.False);
        }

        JsonNode model = root["model"]!;
        Assert.That((string?)model["type"], Is.EqualTo("BPE"));
        Dictionary<string, int> ids = model["vocab"]!.AsObject().ToDictionary(item => item.Key, item => (int)item.Value!);
        (string, string)[] merges = [.. model["merges"]!.AsArray().Select(rule => ((string)rule!).Split(' ')).Select(pair => (pair[0], pair[1]))];
        var read = new BpeVocabulary([.. ids.OrderBy(item => item.Value).Select(item => item.Key)], merges);
        Assert.That(
            root["added_tokens"]!.AsArray().Select(token => ((string)token!["content"]!, (int)token["id"]!)),
            Is.EqualTo(vocabulary.SpecialTokens.Select(token => (token, ids[token]))));

        var encoder = new BpeEncoder(vocabulary);
        var random = new Random(5);
        for (int i = 0; i < 50; i++)
        {
            string text = RandomText.Story(random, 10);
            var actual = new List<int>();
            encoder.Encode(text, actual);
            Assert.That(actual, Is.EqualTo(NaiveBpe.Encode(text, read)));
        }
    }
}
