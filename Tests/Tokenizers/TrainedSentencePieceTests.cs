using System.Diagnostics;
using Microsoft.ML.Tokenizers;
using Tef.Core.Tokenization;
using Tef.Tests.Core.Tokenization;

namespace Tef.Tests.Tokenizers;

/// <summary>Models trained here, read by the tokenizer and by SentencePiece's own tools where they are installed.</summary>
public class TrainedSentencePieceTests
{
    private const string Encoder = "/usr/bin/spm_encode";
    private const string Decoder = "/usr/bin/spm_decode";

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("tef-spm-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase(SentencePieceKind.Unigram)]
    [TestCase(SentencePieceKind.Bpe)]
    public void AnyTextComesBack(SentencePieceKind kind)
    {
        SentencePieceTokenizer tokenizer = Train(new SentencePieceTrainerOptions { Kind = kind, VocabularySize = 500 });
        var random = new Random(11);
        for (int i = 0; i < 2000; i++)
        {
            // The character that stands for spaces is a space.
            string text = Clean(RandomText.Next(random)).Replace('\u2581', ' ');
            Assert.That(tokenizer.Decode(tokenizer.EncodeToIds(text)), Is.EqualTo(text));
        }
    }

    [Test]
    public void HundredThousandCharactersWithoutASpaceAreNoProblem(
        [Values] SentencePieceKind kind, [Values("x", "ab", "é", "0", "'", " ")] string unit)
    {
        SentencePieceTokenizer tokenizer = Train(new SentencePieceTrainerOptions { Kind = kind, VocabularySize = 500 });
        string text = string.Concat(Enumerable.Repeat(unit, 100_000 / unit.Length));
        Assert.That(tokenizer.Decode(tokenizer.EncodeToIds(text)), Is.EqualTo(text));
    }

    [TestCase(SentencePieceKind.Unigram, true, false)]
    [TestCase(SentencePieceKind.Unigram, false, true)]
    [TestCase(SentencePieceKind.Bpe, true, false)]
    [TestCase(SentencePieceKind.Bpe, false, true)]
    public void TheToolsReadItAndGiveTheSameIds(SentencePieceKind kind, bool byteFallback, bool removeExtraWhiteSpaces)
    {
        Assume.That(Encoder, Does.Exist, "SentencePiece's tools are not installed");
        SentencePieceTokenizer tokenizer = Train(new SentencePieceTrainerOptions
        {
            Kind = kind,
            VocabularySize = 600,
            ByteFallback = byteFallback,
            RemoveExtraWhiteSpaces = removeExtraWhiteSpaces,
            UserDefinedTokens = ["<sep>"],
        });

        var random = new Random(12);
        string[] cases =
            [.. Enumerable.Range(0, 400).Select(i => OneLine(i % 2 == 0 ? RandomText.Next(random) : RandomText.Story(random, 20)))];
        cases[0] = "two <sep>words<sep>";
        AssertIdsOfTheTool(tokenizer, cases);

        Assume.That(Decoder, Does.Exist, "SentencePiece's tools are not installed");
        string story = RandomText.Story(random, 30).Trim().Replace("  ", " ");
        File.WriteAllText(Path.Combine(_folder, "ids.txt"), string.Join(' ', tokenizer.EncodeToIds(story)) + "\n");
        Assert.That(Run(Decoder, $"--model={_folder}/m.model --input_format=id {_folder}/ids.txt").TrimEnd('\n'), Is.EqualTo(story));
    }

    [TestCase(SentencePieceKind.Unigram)]
    [TestCase(SentencePieceKind.Bpe)]
    public void RulesOfAnotherModelAreTakenOver(SentencePieceKind kind)
    {
        const string trainer = "/usr/bin/spm_train";
        Assume.That(trainer, Does.Exist, "SentencePiece's tools are not installed");
        var random = new Random(13);
        File.WriteAllLines(Path.Combine(_folder, "text.txt"), Enumerable.Range(0, 100).Select(_ => RandomText.Story(random, 20)));
        Run(trainer, $"--input={_folder}/text.txt --model_prefix={_folder}/rules --vocab_size=400 --hard_vocab_limit=false");
        SentencePieceRules rules = SentencePieceRules.Of(SentencePieceVocabulary.Load(Path.Combine(_folder, "rules.model")))!;
        Assert.That(rules.Name, Is.EqualTo("nmt_nfkc"));
        Assert.That(rules.Apply("ﬁ Ａ ① e\u0301\tx".AsMemory()).ToString(), Is.EqualTo("fi A 1 é x"));

        string[] cases = [.. Enumerable.Range(0, 200).Select(_ => OneLine(RandomText.Next(random))), "ﬁne ﬁgs ① Ａ½ e\u0301\u3000x"];
        var options = new SentencePieceTrainerOptions { Kind = kind, VocabularySize = 700, Rules = rules };
        SentencePieceTokenizer tokenizer = Train(options, "ﬁ ﬁ fi Ａ A".Split(' '));
        Assert.That(SentencePieceVocabulary.Load(Path.Combine(_folder, "m.model")).TryGetId("ﬁ", out _), Is.False, "training saw normalized text");
        AssertIdsOfTheTool(tokenizer, cases);
    }

    [TestCase(SentencePieceKind.Unigram)]
    [TestCase(SentencePieceKind.Bpe)]
    public void AReaderOfThePublishedSchemaFindsTheModel(SentencePieceKind kind)
    {
        Train(new SentencePieceTrainerOptions { Kind = kind, VocabularySize = 500, UserDefinedTokens = ["<sep>"] });
        string path = Path.Combine(_folder, "m.model");
        PublishedModel model = PublishedModel.Read(File.ReadAllBytes(path));

        Assert.That(model.ModelType, Is.EqualTo((int)kind));
        Assert.That(model.ByteFallback, Is.True);
        Assert.That(model.NormalizerName, Is.EqualTo("identity"));
        Assert.That(
            model.Pieces, Is.EqualTo(SentencePieceVocabulary.Load(path).Pieces.Select(piece => (piece.Text, piece.Score, (int)piece.Type))));
        Assert.That(model.Pieces.Take(4).Select(piece => (piece.Text, piece.Type)), Is.EqualTo(new[]
        {
            ("<unk>", 2), ("<s>", 3), ("</s>", 3), ("<sep>", 4),
        }));
        Assert.That(model.Pieces.Count(piece => piece.Type == 6), Is.EqualTo(256));
    }

    private SentencePieceTokenizer Train(SentencePieceTrainerOptions options, params string[] more)
    {
        var random = new Random(10);
        IEnumerable<string> documents = Enumerable.Range(0, 400).Select(_ => RandomText.Story(random, 40));
        SentencePieceVocabulary model = new SentencePieceTrainer(options).Train(documents.Concat(["one  two   three\n\nfour\tfive 1234", .. more]));
        string path = Path.Combine(_folder, "m.model");
        model.Save(path);
        using FileStream file = File.OpenRead(path);
        return SentencePieceTokenizer.Create(file, addBeginningOfSentence: false);
    }

    private void AssertIdsOfTheTool(SentencePieceTokenizer tokenizer, string[] cases)
    {
        File.WriteAllLines(Path.Combine(_folder, "lines.txt"), cases);
        string[] expected = Run(Encoder, $"--model={_folder}/m.model --output_format=id {_folder}/lines.txt").Split('\n');
        for (int i = 0; i < cases.Length; i++)
        {
            // Of equally likely segmentations the tool takes one or the other, depending on how it has rounded the text before.
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(cases[i]);
            if (string.Join(' ', ids) != expected[i])
                Assert.That(ids, Is.EquivalentTo(expected[i].Split(' ').Select(int.Parse)), $"'{cases[i]}' in line {i + 1}");
        }
    }

    private static string Clean(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));

    private static string OneLine(string text) => string.Concat(Clean(text).Where(c => c is not ('\n' or '\r' or '\0')));

    private static string Run(string tool, string arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output;
    }
}
