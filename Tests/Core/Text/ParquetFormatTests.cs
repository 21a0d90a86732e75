using FsCheck;
using FsCheck.Fluent;
using Parquet;
using Parquet.Schema;
using Tef.Core.Text;
using Tef.Core.Text.Corpora;

namespace Tef.Tests.Core.Text;

public sealed class ParquetFormatTests
{
    private static readonly (string? Text, string? Tags)[][] s_groups =
        [[("one ☃\n", "x"), (null, "lost"), (" \n", null)], [], [("two", null), ("", "y"), ("three", "z, ☃")]];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase("a.parquet")]
    [TestCase("a.bin")]
    public void Rows_of_all_groups_are_documents(string name)
    {
        string path = ParquetFiles.Write(_folder.File(name), s_groups);
        Assert.That(
            DocumentReader.Read(path),
            Is.EqualTo(new TextDocument[] { new("one ☃\n", null, path), new("two", null, path), new("three", null, path) }));
        Assert.That(
            DocumentReader.Read(path, new DocumentReadOptions { MetaColumn = "tags" }),
            Is.EqualTo(new TextDocument[] { new("one ☃\n", "x", path), new("two", null, path), new("three", "z, ☃", path) }));
        Assert.That(
            DocumentReader.Read(path, new DocumentReadOptions { TextColumn = "tags" }).Select(document => document.Text),
            Is.EqualTo(new[] { "x", "lost", "y", "z, ☃" }));
    }

    [Test]
    public void A_folder_may_hold_other_files_too()
    {
        ParquetFiles.Write(_folder.File("a.parquet"), [("one", null)]);
        _folder.Write("b.txt", "two");
        ParquetFiles.Write(_folder.File("c.parquet"), [("three", null)]);
        Assert.That(
            DocumentReader.Read(_folder.Path).Select(document => document.Text), Is.EqualTo(new[] { "one", "two", "three" }));
    }

    [Test]
    public void Any_texts_come_back()
    {
        Gen<string[][]> groups = ArbMap.Default.GeneratorFor<string>()
            .Select(text => new string([.. (text ?? "").Where(c => !char.IsSurrogate(c))])).ArrayOf().ArrayOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(groups.ToArbitrary(), texts =>
        {
            string[] expected = [.. texts.SelectMany(group => group).Where(text => !string.IsNullOrWhiteSpace(text))];
            if (expected.Length == 0)
                return;
            string path = ParquetFiles.Write(
                _folder.File("a.parquet"), [.. texts.Select(group => group.Select(text => ((string?)text, (string?)null)).ToArray())]);
            Assert.That(DocumentReader.Read(path).Select(document => document.Text), Is.EqualTo(expected));
        }));
    }

    [Test]
    public void Columns_that_are_not_there_or_no_texts()
    {
        string path = ParquetFiles.Write(_folder.File("a.parquet"), s_groups);
        Assert.That(Error(path, new() { TextColumn = "body" }), Does.StartWith(path).And.Contain("'body' (TextColumn)").And.Contain("'id', 'text', 'tags'"));
        Assert.That(Error(path, new() { MetaColumn = "meta" }), Does.StartWith(path).And.Contain("'meta' (MetaColumn)").And.Contain("'tags'"));
        Assert.That(Error(path, new() { TextColumn = "id" }), Does.Contain("'id' (TextColumn)").And.Contain("Int32"));
        Assert.That(Error(WriteLists(_folder.File("b.parquet")), new()), Does.Contain("'text' (TextColumn)").And.Contain("list"));
        Assert.That(
            () => new DocumentReadOptions { MetaColumn = "text" }.Validate(), Throws.ArgumentException.With.Message.Contains("MetaColumn"));
        Assert.That(
            () => new DocumentReadOptions { TextColumn = " " }.Validate(), Throws.ArgumentException.With.Message.Contains("TextColumn"));
    }

    [Test]
    public void Files_that_are_no_whole_Parquet_files()
    {
        byte[] whole = File.ReadAllBytes(ParquetFiles.Write(_folder.File("whole"), s_groups));
        for (int length = 4; length < whole.Length; length++)
            Assert.That(Error(_folder.Write("a", whole[..length])), Does.StartWith(_folder.File("a")).And.Contain("cut short"), $"{length} bytes");
        Assert.That(Error(_folder.Write("a.parquet", "text")), Does.StartWith(_folder.File("a.parquet")).And.Contain("'PAR1'"));
        Assert.That(Error(_folder.Write("a.parquet", "")), Does.Contain("'PAR1'"));
        Assert.That(Error(ParquetFiles.Write(_folder.File("a.parquet"), [(null, null)])), Does.Contain("no text"));
        var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(whole);
        Assert.That(Error(_folder.Write("a.gz", packed.ToArray())), Does.StartWith(_folder.File("a.gz")).And.Contain("Unpack"));
    }

    [Test]
    [CancelAfter(120_000)]
    public void Damaged_bytes_give_documents_or_a_clear_error(CancellationToken cancellation)
    {
        byte[] whole = File.ReadAllBytes(ParquetFiles.Write(_folder.File("whole"), s_groups));
        IEnumerable<int> places = Enumerable.Range(4, whole.Length - 24).Where(at => at % 13 == 0).Concat(Enumerable.Range(whole.Length - 16, 12));
        foreach (int at in places)
        {
            foreach (byte change in new byte[] { 0x01, 0xFF })
            {
                cancellation.ThrowIfCancellationRequested();
                byte[] damaged = [.. whole];
                damaged[at] ^= change;
                string path = _folder.Write("a.parquet", damaged);
                try
                {
                    _ = DocumentReader.Read(path, new DocumentReadOptions { MetaColumn = "tags" }).Count();
                }
                catch (InvalidDataException exception)
                {
                    Assert.That(exception.Message, Does.Contain(path));
                }
            }
        }
    }

    [Test]
    public void Cannot_be_written() => Assert.That(
        () => new DocumentWriter(_folder.File("a.parquet")), Throws.ArgumentException.With.Message.Contains("not as Parquet"));

    private static string Error(string path, DocumentReadOptions? options = null) =>
        Assert.Throws<InvalidDataException>(() => _ = DocumentReader.Read(path, options).Count())!.Message;

    private static string WriteLists(string path)
    {
        DataField text = new DataField<string[]>("text");
        using FileStream stream = File.Create(path);
        WriteAsync().GetAwaiter().GetResult();
        return path;

        async Task WriteAsync()
        {
            await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(text), stream);
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(text, new[] { "a", "b" }, new ReadOnlyMemory<int>([0, 1]));
            group.CompleteValidate();
        }
    }
}
