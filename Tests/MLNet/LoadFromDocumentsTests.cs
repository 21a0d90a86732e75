using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Text;
using Tef.MLNet;

namespace Tef.Tests.MLNet;

[TestFixture]
internal sealed class LoadFromDocumentsTests
{
    private sealed class DocumentRow
    {
        public string Text { get; set; } = "";

        public string Meta { get; set; } = "";
    }

    private readonly MLContext _ml = new(1);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void StoriesPlainTextAndJsonLinesAreRows()
    {
        File.WriteAllText(_folder.File("a.txt"), "one story\n<|endoftext|>\nanother\n<|endoftext|>\n");
        File.WriteAllText(_folder.File("b.txt"), "plain text");
        File.WriteAllText(_folder.File("c.jsonl"), """
            {"body": "first", "meta": "x"}
            {"body": "second"}
            """);
        IDataView rows = _ml.Data.LoadFromDocuments(_folder.Path);
        Assert.That(rows.Schema.Select(column => (column.Name, column.Type)), Is.EqualTo(new[]
        {
            ("Text", (DataViewType)TextDataViewType.Instance), ("Meta", TextDataViewType.Instance),
        }));
        Assert.That(
            Read(rows).Select(row => (row.Text, row.Meta)),
            Is.EqualTo(new[] { ("one story", ""), ("another", ""), ("plain text", ""), ("first", "x"), ("second", "") }));
        Assert.That(Read(_ml.Data.LoadFromDocuments(_folder.File("*.jsonl"))), Has.Length.EqualTo(2));
        Assert.That(
            Read(_ml.Data.LoadFromDocuments(_folder.File("a.txt"), new DocumentReadOptions { Format = DocumentFormat.Plain })),
            Has.Length.EqualTo(1));
    }

    [Test]
    public void ParquetFilesAreRows()
    {
        string path = Core.Text.ParquetFiles.Write(_folder.File("a.parquet"), [("one", "x"), (null, "y")], [("two", null)]);
        IDataView rows = _ml.Data.LoadFromDocuments(path, new DocumentReadOptions { MetaColumn = "tags" });
        Assert.That(Read(rows).Select(row => (row.Text, row.Meta)), Is.EqualTo(new[] { ("one", "x"), ("two", "") }));
        Assert.That(Read(_ml.Data.LoadFromDocuments(_folder.Path)).Select(row => row.Meta), Is.EqualTo(new[] { "", "" }));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^9]);
        Assert.That(
            () => Read(_ml.Data.LoadFromDocuments(path)),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains("a.parquet").And.Message.Contains("cut short"));
    }

    [Test]
    public void RowsAreReadAsTheyAreNeededAndByManyCursors()
    {
        File.WriteAllText(_folder.File("a.jsonl"), "{\"body\": \"good\"}\n{\"body\": \"good too\"}\nbad\n");
        IDataView rows = _ml.Data.LoadFromDocuments(_folder.File("a.jsonl"));
        Assert.That(Read(_ml.Data.TakeRows(rows, 2)), Has.Length.EqualTo(2));
        using DataViewRowCursor first = rows.GetRowCursor(rows.Schema);
        using DataViewRowCursor second = rows.GetRowCursor([rows.Schema["Text"]]);
        Assert.That(first.MoveNext() && first.MoveNext() && second.MoveNext());
        ReadOnlyMemory<char> text = default;
        first.GetGetter<ReadOnlyMemory<char>>(rows.Schema["Text"])(ref text);
        Assert.That(text.ToString(), Is.EqualTo("good too"));
        second.GetGetter<ReadOnlyMemory<char>>(rows.Schema["Text"])(ref text);
        Assert.That(text.ToString(), Is.EqualTo("good"));
        Assert.That(second.IsColumnActive(rows.Schema["Meta"]), Is.False);
    }

    [Test]
    public void MissingFile() => Assert.That(
        () => _ml.Data.LoadFromDocuments(_folder.File("stories.txt")),
        Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("stories.txt"));

    [Test]
    public void EmptyCorpus()
    {
        File.WriteAllText(_folder.File("empty.txt"), "");
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => Pipelines.Scoring(ml).Fit(ml.Data.LoadFromDocuments(_folder.File("empty.txt"))),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("empty.txt").And.Message.Contains("no text"));
    }

    [Test]
    public void LineThatIsNotJson()
    {
        File.WriteAllText(_folder.File("a.jsonl"), "{\"body\": \"good\"}\n{\"body\": \"good too\"}\nbad\n");
        MLContext ml = Pipelines.CreateContext();
        Assert.That(
            () => Pipelines.Scoring(ml).Fit(ml.Data.LoadFromDocuments(_folder.File("a.jsonl"))),
            Throws.InstanceOf<InvalidDataException>().With.Message.Contains("a.jsonl").And.Message.Contains("3"));
    }

    [Test]
    public void SchemaOfDocumentsIsSavedWithAModel()
    {
        File.WriteAllText(_folder.File("a.txt"), string.Join("<|endoftext|>", Corpus.Stories(60).Select(row => row.Text)));
        MLContext ml = Pipelines.CreateContext();
        IDataView rows = ml.Data.LoadFromDocuments(_folder.File("a.txt"));
        ml.Model.Save(Pipelines.Scoring(ml).Fit(rows), rows.Schema, _folder.File("model.zip"));
        _ = Pipelines.CreateContext().Model.Load(_folder.File("model.zip"), out DataViewSchema schema);
        Assert.That(schema.Select(column => column.Name), Is.EqualTo(new[] { "Text", "Meta" }));
    }

    private DocumentRow[] Read(IDataView rows) => [.. _ml.Data.CreateEnumerable<DocumentRow>(rows, reuseRowObject: false)];
}
