using System.IO.Compression;
using System.Text;
using Tef.Core.Text;

namespace Tef.Tests.Core.Text;

public sealed class DocumentReaderTests
{
    private readonly TemporaryFolder _folder = new();

    [TearDown]
    public void RemoveFiles()
    {
        foreach (string entry in Directory.GetFileSystemEntries(_folder.Path))
        {
            if (Directory.Exists(entry))
                Directory.Delete(entry, recursive: true);
            else
                File.Delete(entry);
        }
    }

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    private static string[] Texts(string path, DocumentReadOptions? options = null) =>
        [.. DocumentReader.Read(path, options).Select(document => document.Text)];

    [Test]
    public void Plain_file_is_one_document_as_it_is()
    {
        string path = _folder.Write("a.txt", " one\r\n\ntwo ☃\n");
        TextDocument document = DocumentReader.Read(path).Single();
        Assert.That(document, Is.EqualTo(new TextDocument(" one\r\n\ntwo ☃\n", Source: path)));
    }

    [TestCase("a\n<|endoftext|>\nb\n\nc\n<|endoftext|>\n")]
    [TestCase("a<|endoftext|>b\n\nc")]
    [TestCase("<|endoftext|>\r\n  a\r\n<|endoftext|><|endoftext|> \n <|endoftext|>\r\nb\n\nc\r\n")]
    public void Stories_are_trimmed_and_blank_ones_left_out(string content)
    {
        Assert.That(Texts(_folder.Write("a.txt", content)), Is.EqualTo(new[] { "a", "b\n\nc" }));
    }

    [Test]
    public void Json_lines_have_body_and_meta()
    {
        string path = _folder.Write(
            "a.documents",
            """
            {"body": "one\n\u2603", "meta": "tag, other"}

            {"id": [1, {"body": 2}], "body": "two", "meta": null}
            {"body": ""}
            {"body":"three"}
            """);
        Assert.That(DocumentReader.Read(path), Is.EqualTo(new TextDocument[]
        {
            new("one\n☃", "tag, other", path), new("two", null, path), new("three", null, path),
        }));
    }

    [TestCase("{\"id\": 3, \"body\": \"x <|endoftext|> y\"}\n", ExpectedResult = "x <|endoftext|> y")]
    [TestCase("\uFEFF{\"body\": \"x\"}", ExpectedResult = "x")]
    [TestCase("{\"id\": 3}", ExpectedResult = "{\"id\": 3}")]
    [TestCase("{ braces } of a text", ExpectedResult = "{ braces } of a text")]
    [TestCase("\uFEFFx<|endoftext|>", ExpectedResult = "x")]
    public string Format_is_found_out_by_content(string content) => Texts(_folder.Write("a.txt", content)).Single();

    [Test]
    public void Format_can_be_given()
    {
        string path = _folder.Write("a.jsonl", "{\"body\": \"x\"}<|endoftext|>y");
        Assert.That(Texts(path, new() { Format = DocumentFormat.Plain }), Has.Length.EqualTo(1));
        Assert.That(Texts(path, new() { Format = DocumentFormat.Stories }), Is.EqualTo(new[] { "{\"body\": \"x\"}", "y" }));
        Assert.That(() => Texts(path), Throws.TypeOf<InvalidDataException>());
    }

    [TestCase("{\"body\": \"x\"}\nnot json\n", 2, "byte 2")]
    [TestCase("{\"body\": \"x\"}\n\n{\"body\": \"y\"\n", 3, "not a JSON document")]
    [TestCase("{\"body\": \"x\"} {}", 1, "not a JSON document")]
    [TestCase("[1]", 1, "an object was expected")]
    [TestCase("{\"meta\": \"x\"}", 1, "no 'body'")]
    [TestCase("{\"body\": 3}", 1, "'body' must be a string, but is Number")]
    [TestCase("{\"body\": null}", 1, "'body' is null")]
    [TestCase("{\"body\": \"x\", \"meta\": [\"y\"]}", 1, "'meta' must be a string")]
    [TestCase("{\"body\": \"\\ud800\"}", 1, "not a JSON document")]
    [TestCase("{\"body\": \"x\", }", 1, "not a JSON document")]
    public void Damaged_json_line_is_named(string content, int line, string reason)
    {
        string path = _folder.Write("a.jsonl", content);
        Assert.That(
            () => Texts(path),
            Throws.TypeOf<InvalidDataException>().With.Message.StartsWith($"{path}, line {line}: ").And.Message.Contains(reason)
                .And.Message.Not.Contains("LineNumber"));
    }

    [TestCase("plain.txt", "ab\ncd")]
    [TestCase("stories.txt", "ab<|endoftext|>\ncd")]
    [TestCase("lines.jsonl", "{\"body\": \"ab\"}\n{\"body\": \"cd")]
    public void Invalid_byte_is_an_error_with_its_place_or_replaced(string name, string before)
    {
        byte[] start = Encoding.UTF8.GetBytes(before);
        string path = _folder.Write(name, [.. start, 0xC3, .. "x\"}"u8]);
        int column = start.Length - before.LastIndexOf('\n');
        Assert.That(
            () => Texts(path),
            Throws.TypeOf<InvalidDataException>().With.Message
                .Contains($"{path}, line 2: byte {column} of the line (position {start.Length}) is 0xC3"));
        Assert.That(Texts(path, new() { ReplaceInvalidBytes = true })[^1], Does.Contain("cd\uFFFDx"));
    }

    [Test]
    public void Utf16_is_recognised()
    {
        string path = _folder.Write("a.txt", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("text")]);
        Assert.That(() => Texts(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("UTF-16"));
    }

    [TestCase(DocumentFormat.Lines, " a b\r\n\n \nc<|endoftext|>\n d", new[] { "a b", "c<|endoftext|>", "d" })]
    [TestCase(DocumentFormat.Paragraphs, "\n\na\nb\r\n \t\r\n\n\nc\n\n", new[] { "a\nb", "c" })]
    [TestCase(DocumentFormat.Paragraphs, "a\n  \n", new[] { "a" })]
    [TestCase(DocumentFormat.WikiText, " \n = A = \n \n x = y \n = = S = = \n \n\n = B b = \n\n z \n = no = \n", new[] { "= A = \n \n x = y \n = = S = =", "= B b = \n\n z \n = no =" })]
    [TestCase(DocumentFormat.WikiText, "before \n \n = A =", new[] { "before", "= A =" })]
    public void Documents_end_as_the_format_says(DocumentFormat format, string content, string[] expected)
    {
        Assert.That(Texts(_folder.Write("a.txt", content), new() { Format = format }), Is.EqualTo(expected));
    }

    [Test]
    public void Titles_of_articles_are_their_meta_and_are_found_out()
    {
        string path = _folder.Write("a.txt", " \n = First one = \n \n text \n \n = Second = \n \n more \n");
        Assert.That(DocumentReader.Read(path), Is.EqualTo(new TextDocument[]
        {
            new("= First one = \n \n text", "First one", path), new("= Second = \n \n more", "Second", path),
        }));
    }

    [Test]
    public void Names_and_separators_can_be_chosen()
    {
        string json = _folder.Write("a.jsonl", "{\"text\": \"x\", \"tags\": \"t\", \"body\": 3}");
        DocumentReadOptions options = new() { BodyField = "text", MetaField = "tags", Separator = "---" };
        Assert.That(DocumentReader.Read(json, options), Is.EqualTo(new TextDocument[] { new("x", "t", json) }));
        Assert.That(() => Texts(json), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'body' must be a string"));
        Assert.That(Texts(_folder.Write("b.txt", "x\n---\ny"), options), Is.EqualTo(new[] { "x", "y" }));
        Assert.That(
            () => DocumentReader.Read(json, options with { MetaField = "text" }),
            Throws.ArgumentException.With.Message.Contains("MetaField must be another"));
        Assert.That(
            () => DocumentReader.Read(json, options with { Separator = "" }), Throws.ArgumentException.With.Message.Contains("Separator"));
    }

    [Test]
    public void Folder_and_pattern_give_files_in_order()
    {
        _folder.Write("b.txt", "b");
        _folder.Write("a/z.jsonl", "{\"body\": \"z\"}");
        _folder.Write("a/c/y.txt", "y1<|endoftext|>y2");
        _folder.Write(".hidden/x.txt", "x");
        _folder.Write("a/.hidden.txt", "x");
        Assert.That(Texts(_folder.Path), Is.EqualTo(new[] { "y1", "y2", "z", "b" }));
        Assert.That(Texts(_folder.File("*.txt")), Is.EqualTo(new[] { "b" }));
        Assert.That(Texts(_folder.File("**", "*.txt")), Is.EqualTo(new[] { "y1", "y2", "b" }));
        Assert.That(Texts(_folder.File("?", "*")), Is.EqualTo(new[] { "z" }));
        Assert.That(Texts(_folder.File("a", "**")), Is.EqualTo(new[] { "y1", "y2", "z" }));
    }

    [Test]
    public void Missing_files_are_found_out_at_once()
    {
        Assert.That(
            () => DocumentReader.Read(_folder.File("no.txt")), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("no.txt"));
        Assert.That(
            () => DocumentReader.Read(_folder.File("*.md")),
            Throws.TypeOf<FileNotFoundException>().With.Message.Contains("No file matches"));
        Assert.That(
            () => DocumentReader.Read(_folder.Path), Throws.TypeOf<FileNotFoundException>().With.Message.Contains("holds no files"));
    }

    [TestCase("a.txt", "")]
    [TestCase("a.txt", " \n")]
    [TestCase("a.txt", "\n<|endoftext|>\n")]
    [TestCase("a.jsonl", "\n{\"body\": \" \"}\n")]
    public void Empty_corpus_is_an_error(string name, string content)
    {
        string path = _folder.Write(name, content);
        Assert.That(() => Texts(path), Throws.TypeOf<InvalidDataException>().With.Message.EqualTo($"'{path}' contains no text."));
    }

    [Test]
    public void Compressed_file_is_read_and_damage_noticed()
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write("{\"body\": \"x\"}\n"u8);
        Assert.That(Texts(_folder.Write("a.jsonl.gz", compressed.ToArray())), Is.EqualTo(new[] { "x" }));
        string damaged = _folder.Write("b.jsonl.gz", "not gzip");
        Assert.That(() => Texts(damaged), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(damaged));
    }

    [Test]
    public void Long_texts_come_in_parts_that_add_up(
        [Values(DocumentFormat.Plain, DocumentFormat.Stories, DocumentFormat.WikiText)] DocumentFormat format, [Values(64, 65, 100, 1000)] int maxPartBytes)
    {
        var random = new Random(5);
        string[] pieces = ["the ", "cat", "\n", "é", "☃", "😀", "  ", "<|endof", "x"];
        string text = "a" + string.Concat(Enumerable.Range(0, 3000).Select(_ => pieces[random.Next(pieces.Length)])) + "b";
        string between = format == DocumentFormat.Stories ? "<|endoftext|>" : "\n\n = T = \n\n";
        string content = format == DocumentFormat.Plain ? text : $"{text}{between}{text}";
        var options = new DocumentReadOptions { Format = format, MaxPartBytes = maxPartBytes };
        TextDocument[] parts = [.. DocumentReader.Read(_folder.Write("a.txt", content), options)];
        int documents = format == DocumentFormat.Plain ? 1 : 2;
        Assert.That(parts.Count(part => !part.Continues), Is.EqualTo(documents));
        Assert.That(string.Concat(parts.Select(part => part.Text)), Is.EqualTo(format switch
        {
            DocumentFormat.Plain => text,
            DocumentFormat.Stories => text + text,
            _ => $"{text}= T = \n\n{text}",
        }));
        Assert.That(parts.Select(part => Encoding.UTF8.GetByteCount(part.Text)), Is.All.LessThanOrEqualTo(maxPartBytes + 13));
    }

    [Test]
    public void Reading_is_lazy_and_bounded_in_memory()
    {
        string path = _folder.File("long.txt");
        using (var writer = new StreamWriter(path))
        {
            for (int i = 0; i < 400_000; i++)
                writer.Write($"story {i} about a cat that sat on a mat<|endoftext|>");
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(DocumentReader.Read(path).First().Text, Does.StartWith("story 0"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8 << 20));
        Assert.That(DocumentReader.Read(path).Count(), Is.EqualTo(400_000));
    }

    [Test]
    public void Random_bytes_give_documents_or_a_clear_error()
    {
        var random = new Random(11);
        string[] texts = ["{\"body\":", "\"x\"", "}", "\n", "<|endoftext|>", "meta", "\\u12"];
        byte[][] pieces = [.. texts.Select(Encoding.UTF8.GetBytes), [0xFF], [0xE2, 0x98]];
        for (int i = 0; i < 500; i++)
        {
            byte[] content = [.. Enumerable.Range(0, random.Next(30)).SelectMany(_ => pieces[random.Next(pieces.Length)])];
            string path = _folder.Write("a.txt", content);
            foreach (DocumentFormat format in Enum.GetValues<DocumentFormat>())
            {
                try
                {
                    Assert.That(Texts(path, new() { Format = format, MaxPartBytes = 64 }), Is.Not.Empty);
                }
                catch (InvalidDataException exception)
                {
                    Assert.That(exception.Message, Does.Contain(path));
                }
            }
        }
    }

    [Test]
    public void Reads_the_sample_corpora()
    {
        string shared = SharedData.Require();
        Assert.That(Texts(Path.Combine(shared, "data", "tinystories", "train.txt")), Has.Length.EqualTo(5000));
        Assert.That(Texts(Path.Combine(shared, "data", "documents", "nietzsche")), Has.Length.EqualTo(547));
        TextDocument[] articles = [.. DocumentReader.Read(Path.Combine(shared, "data", "wikitext2", "valid.txt"))];
        Assert.That(articles, Has.Length.EqualTo(60));
        Assert.That(articles[0].Meta, Is.EqualTo("Homarus gammarus"));
        Assert.That(articles.Select(article => article.Text), Is.All.StartsWith("= "));
    }
}
