using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Tef.Core.Tokenization;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Tests.Core.Tokenization;

public class BpeEncoderTests
{
    private static BpeTokenizer Managed(BpeVocabulary vocabulary)
    {
        var special = vocabulary.SpecialTokens.ToDictionary(token => token, token => vocabulary.TryGetId(token, out int id) ? id : -1);
        return BpeTokenizer.Create(new BpeOptions(vocabulary.Tokens.Select((token, id) => KeyValuePair.Create(token, id)))
        {
            Merges = vocabulary.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(new Regex(Gpt2Scanner.Pattern), special),
            SpecialTokens = special,
        });
    }

    private static List<int> Encode(BpeEncoder encoder, string text)
    {
        var ids = new List<int>();
        encoder.Encode(text, ids);
        return ids;
    }

    [Test]
    public void ATrainedVocabularyEncodesAsTheNaiveWay()
    {
        BpeVocabulary vocabulary = BpeVocabularyTests.Trained();
        var encoder = new BpeEncoder(vocabulary);
        BpeTokenizer managed = Managed(vocabulary);
        var random = new Random(21);
        for (int i = 0; i < 200; i++)
        {
            string text = RandomText.Story(random, 30) + RandomText.Next(random);
            text = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
            List<int> expected = NaiveBpe.Encode(text, vocabulary);
            Assert.That(Encode(encoder, text), Is.EqualTo(expected), text);
            Assert.That(managed.EncodeToIds(text), Is.EqualTo(expected), text);
        }
    }

    [Test]
    public void LongWordsEncodeAsTheNaiveWay()
    {
        BpeVocabulary vocabulary = BpeVocabularyTests.Trained();
        var encoder = new BpeEncoder(vocabulary);
        var random = new Random(22);
        for (int i = 0; i < 30; i++)
        {
            string letters = i % 2 == 0 ? "ab" : "onceupatimelty";
            string word = string.Concat(Enumerable.Range(0, random.Next(60, 400)).Select(_ => letters[random.Next(letters.Length)]));
            Assert.That(Encode(encoder, word), Is.EqualTo(NaiveBpe.Encode(word, vocabulary)), word);
        }
    }

    [Test]
    public void DecodingGivesAnyTextBack()
    {
        var encoder = new BpeEncoder(BpeVocabularyTests.Trained());
        var random = new Random(23);
        for (int i = 0; i < 3000; i++)
        {
            string text = RandomText.Next(random);
            Assert.That(encoder.Decode([.. Encode(encoder, text)]), Is.EqualTo(text));
        }
    }

    [Test]
    public void AForeignIdIsAnError()
    {
        var encoder = new BpeEncoder(BpeVocabularyTests.Trained());
        Assert.That(() => encoder.Decode([1, 350]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("349"));
        Assert.That(() => encoder.Decode([-1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void ThreadsShareAnEncoder()
    {
        var encoder = new BpeEncoder(BpeVocabularyTests.Trained());
        string[] texts =
            [.. Enumerable.Range(0, 64).Select(i => RandomText.Story(new Random(i), 500) + RandomText.Next(new Random(i), 2000))];
        int[][] expected = [.. texts.Select(text => Encode(new BpeEncoder(encoder.Vocabulary), text).ToArray())];
        Parallel.For(0, 4 * texts.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            Assert.That(Encode(encoder, texts[i % texts.Length]), Is.EqualTo(expected[i % texts.Length]));
        });
    }
}
