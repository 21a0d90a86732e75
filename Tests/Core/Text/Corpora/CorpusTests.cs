using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Text.Corpora;
using Tef.Core.Tokenization;

namespace Tef.Tests.Core.Text.Corpora;

public sealed class CorpusTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    private string Stories(int count = 1000)
    {
        IEnumerable<string> stories = Enumerable.Range(0, count).Select(i => $"Story {i} – of {new string('x', i % 50)}.");
        return _folder.Write("stories.txt", string.Join("\n<|endoftext|>\n", stories));
    }

    [Test]
    public void Statistics_count_bytes_characters_lines_and_lengths()
    {
        TextDocument[] documents =
        [
            new("é\nb", "tag"), new("", Continues: true), new("abcde", Continues: true), new("fgh"), new("é\nb"), new("x"),
        ];
        CorpusStatistics found = CorpusMeasurement.Run(documents);
        Assert.That(found.Documents, Is.EqualTo(4));
        Assert.That(found.DocumentsWithMeta, Is.EqualTo(1));
        Assert.That(found.DuplicateDocuments, Is.EqualTo(1));
        Assert.That(found.Bytes, Is.EqualTo(17));
        Assert.That(found.Characters, Is.EqualTo(15));
        Assert.That(found.Lines, Is.EqualTo(7));
        Assert.That(found.Tokens, Is.Null);
        LengthStatistics lengths = found.Lengths;
        Assert.That(
            (lengths.Unit, lengths.Shortest, lengths.Median, lengths.Longest, lengths.Mean), Is.EqualTo(("bytes", 1L, 4L, 8L, 17 / 4.0)));
        Assert.That(lengths.Histogram, Is.EqualTo(new LengthBin[] { new(1, 1, 1), new(2, 3, 0), new(4, 7, 2), new(8, 15, 1) }));
    }

    [Test]
    public void Statistics_count_tokens()
    {
        CorpusStatistics found = CorpusMeasurement.Run([new("ab?a"), new("b")], new Letters(), rareBelow: 2, listed: 2);
        TokenStatistics tokens = found.Tokens!;
        Assert.That(tokens.Count, Is.EqualTo(5));
        Assert.That(tokens.BytesPerToken, Is.EqualTo(1));
        Assert.That(tokens.Unknown, Is.EqualTo(1));
        Assert.That(tokens.NeverUsed, Is.EqualTo(24));
        Assert.That(tokens.RarelyUsed, Is.EqualTo(1));
        Assert.That(tokens.Rarest, Is.EqualTo(new TokenCount[] { new(0, "?", 1), new(1, "a", 2) }));
        Assert.That(tokens.MostFrequent, Is.EqualTo(new TokenCount[] { new(2, "b", 2), new(1, "a", 2) }));
        Assert.That(found.Lengths.Unit, Is.EqualTo("tokens"));
        Assert.That(found.Lengths.Longest, Is.EqualTo(4));
    }

    [Test]
    public void Statistics_of_nothing_are_zeros() => Assert.That(CorpusMeasurement.Run([]).Lengths.Histogram, Is.Empty);

    [Test]
    public void Cleaning_goes_from_files_to_a_file_in_order()
    {
        string output = _folder.File("out", "clean.txt");
        var cleaning = new CleaningOptions { Preset = CleaningPreset.Text8 };
        CleaningResult result = CorpusCleaning.Run(Stories(), output, cleaning);
        TextCleaner cleaner = TextCleaner.Create(cleaning);
        string[] expected = [.. DocumentReader.Read(_folder.File("stories.txt")).Select(story => cleaner.Clean(story.Text))];
        Assert.That(DocumentReader.Read(output).Select(story => story.Text), Is.EqualTo(expected));
        Assert.That((result.DocumentsRead, result.DocumentsWritten), Is.EqualTo((1000L, 1000L)));
        Assert.That(result.BytesWritten, Is.EqualTo(expected.Sum(text => text.Length)));
        Assert.That(Directory.GetFiles(_folder.File("out"), "*", new EnumerationOptions { AttributesToSkip = 0 }), Has.Length.EqualTo(1));
    }

    [Test]
    public void Cleaning_finds_rare_characters_and_leaves_blank_documents_out()
    {
        string input = _folder.Write("a.jsonl", "{\"body\": \"aaaa\", \"meta\": \"m\"}\n{\"body\": \"☃\"}\n{\"body\": \"a ☃\"}");
        var cleaning = new CleaningOptions { Preset = CleaningPreset.Soft, MinCharacterCount = 3, Unknown = "~" };
        CleaningResult result = CorpusCleaning.Run(input, _folder.File("b.jsonl.gz"), cleaning);
        Assert.That(
            DocumentReader.Read(_folder.File("b.jsonl.gz")).Select(document => (document.Text, document.Meta)),
            Is.EqualTo(new (string, string?)[] { ("aaaa", "m"), ("~", null), ("a ~", null) }));
        Assert.That(result.Cleaning.FrequentCharacters, Is.EqualTo(" a"));
        result = CorpusCleaning.Run(input, _folder.File("c.jsonl"), new CleaningOptions());
        Assert.That((result.DocumentsRead, result.DocumentsWritten), Is.EqualTo((3L, 2L)));
    }

    [Test]
    public void A_broken_input_leaves_the_old_output()
    {
        string output = _folder.Write("clean.txt", "old");
        string input = _folder.Write("a.jsonl", "{\"body\": \"x\"}\n{");
        Assert.That(() => CorpusCleaning.Run(input, output, new CleaningOptions()), Throws.TypeOf<InvalidDataException>());
        Assert.That(
            () => CorpusCleaning.Run(Stories(), output, new CleaningOptions(), cancellation: new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(File.ReadAllText(output), Is.EqualTo("old"));
    }

    [Test]
    public void A_split_is_a_function_of_seed_and_place()
    {
        SplitPart[] parts = [new(_folder.File("train.txt"), 0.8), new(_folder.File("valid.jsonl"), 0.1), new(_folder.File("test.txt"), 0.1)];
        IReadOnlyList<SplitResult> result = CorpusSplit.Run(Stories(2000), parts, seed: 5);
        Assert.That(result.Sum(part => part.Documents), Is.EqualTo(2000));
        Assert.That(result[0].Documents, Is.EqualTo(1600).Within(60));
        Assert.That(result[1].Documents, Is.EqualTo(200).Within(45));
        string[][] texts = [.. parts.Select(part => DocumentReader.Read(part.Path).Select(document => document.Text).ToArray())];
        Assert.That(texts.Select(part => (long)part.Length), Is.EqualTo(result.Select(part => part.Documents)));
        Assert.That(
            texts.SelectMany(part => part), Is.EquivalentTo(DocumentReader.Read(_folder.File("stories.txt")).Select(story => story.Text)));

        byte[] before = File.ReadAllBytes(parts[0].Path);
        CorpusSplit.Run(_folder.File("stories.txt"), parts, seed: 5);
        Assert.That(File.ReadAllBytes(parts[0].Path), Is.EqualTo(before));
        CorpusSplit.Run(_folder.File("stories.txt"), parts, seed: 6);
        Assert.That(File.ReadAllBytes(parts[0].Path), Is.Not.EqualTo(before));
    }

    [Test]
    public void Mistakes_of_a_split_are_named()
    {
        string input = Stories(3);
        string a = _folder.File("a.txt"), b = _folder.File("b.txt");
        Assert.That(() => CorpusSplit.Run(input, [new(a, 0.9), new(b, 0.2)]), Throws.ArgumentException.With.Message.Contains("more than 1"));
        Assert.That(() => CorpusSplit.Run(input, [new(a, 0.5), new(a, 0.5)]), Throws.ArgumentException.With.Message.Contains("same file"));
        Assert.That(() => CorpusSplit.Run(input, [new(a, 0)]), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Share"));
        Assert.That(
            () => CorpusSplit.Run(input, [new(a, 0.999), new(b, 0.001)]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("3 documents"));
        Assert.That(File.Exists(a), Is.False);
    }

    [Test]
    public void What_a_format_has_no_room_for_is_an_error()
    {
        string input = _folder.Write("a.jsonl", "{\"body\": \"x <|endoftext|> y\"}\n{\"body\": \"two\\nlines\"}");
        Assert.That(
            () => CorpusSplit.Run(input, [new(_folder.File("a.txt"), 1)]),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains(input).And.Message.Contains("JSON lines"));
        Assert.That(
            () => CorpusSplit.Run(input, [new(_folder.File("a.txt"), 1)], writing: new() { Format = DocumentFormat.Lines }),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("a line end"));
        Assert.That(
            () => CorpusSplit.Run(input, [new(_folder.File("a.txt"), 1)], writing: new() { Format = DocumentFormat.Plain }),
            Throws.ArgumentException.With.Message.Contains("Plain"));
    }

    [Test]
    public void Parts_of_a_long_document_are_written_as_one([Values("a.txt", "a.jsonl")] string name)
    {
        string text = string.Join(' ', Enumerable.Range(0, 500));
        string input = _folder.Write("long.txt", text);
        CorpusSplit.Run(input, [new(_folder.File(name), 1)], reading: new() { MaxPartBytes = 64 });
        Assert.That(DocumentReader.Read(_folder.File(name)).Single().Text, Is.EqualTo(text));
    }

    /// <summary>A vocabulary of letters.</summary>
    private sealed class Letters : ITokenEncoder
    {
        public int VocabularySize => 27;

        public int EndOfTextId => 0;

        public int? UnknownId => 0;

        public string Fingerprint => "letters";

        public IReadOnlyList<int> Encode(ReadOnlySpan<char> text) =>
            [.. text.ToArray().Select(c => c is >= 'a' and <= 'z' ? c - 'a' + 1 : 0)];

        public string Describe(int id) => id == 0 ? "?" : ((char)('a' + id - 1)).ToString();
    }
}
