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
        File.WriteAllLines(Path.Combine(_folder, "lines.txt"), cases);
        string[] expected = Run(Encoder, $"--model={_folder}/m.model --output_format=id {_folder}/lines.txt").Split('\n');
        for (int i = 0; i < cases.Length; i++)
        {
            // Of equally likely segmentations the tool takes one or the other, depending on how it has rounded the text before.
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(cases[i]);
            if (string.Join(' ', ids) != expected[i])
                Assert.That(ids, Is.EquivalentTo(expected[i].Split(' ').Select(int.Parse)), $"'{cases[i]}' in line {i + 1}");
        }

        Assume.That(Decoder, Does.Exist, "SentencePiece's tools are not installed");
        string story = RandomText.Story(random, 30).Trim().Replace("  ", " ");
        File.WriteAllText(Path.Combine(_folder, "ids.txt"), string.Join(' ', tokenizer.EncodeToIds(story)) + "\n");
        Assert.That(Run(Decoder, $"--model={_folder}/m.model --input_format=id {_folder}/ids.txt").TrimEnd('\n'), Is.EqualTo(story));
    }

    private SentencePieceTokenizer Train(SentencePieceTrainerOptions options)
    {
        var random = new Random(10);
        IEnumerable<string> documents = Enumerable.Range(0, 400).Select(_ => RandomText.Story(random, 40));
        SentencePieceVocabulary model = new SentencePieceTrainer(options).Train(documents.Concat(["one  two   three\n\nfour\tfive 1234"]));
        string path = Path.Combine(_folder, "m.model");
        model.Save(path);
        using FileStream file = File.OpenRead(path);
        return SentencePieceTokenizer.Create(file, addBeginningOfSentence: false);
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
