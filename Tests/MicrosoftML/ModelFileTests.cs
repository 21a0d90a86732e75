using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Tef.Tests.MicrosoftML;

public sealed class ModelFileTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _stories;
    private string _folder = null!;

    public ModelFileTests()
    {
        LengthTransformer.Register(_ml);
        _stories = _ml.Data.LoadFromEnumerable(Story.Some(5));
    }

    private string File => Path.Combine(_folder, "model.zip");

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("tef_ml_").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void ChainWithComponentsFromEverywhereComesBack()
    {
        ITransformer model = Fit();
        _ml.Model.Save(model, _stories.Schema, File);

        MLContext other = new();
        LengthTransformer.Register(other);
        ITransformer back = other.Model.Load(File, out DataViewSchema schema);

        Assert.Multiple(() =>
        {
            Assert.That(schema.Select(column => column.ToString()), Is.EqualTo(_stories.Schema.Select(column => column.ToString())));
            Assert.That(back, Is.InstanceOf<TransformerChain<ITransformer>>());
            Assert.That(
                back.Transform(_stories).Schema.Select(column => column.ToString()),
                Is.EqualTo(model.Transform(_stories).Schema.Select(column => column.ToString())));
            Assert.That(back.Transform(_stories).GetColumn<int>("Length"), Is.EqualTo(Enumerable.Repeat(107, 5)));
            Assert.That(
                back.Transform(_stories).GetColumn<string>("Upper"), Is.EqualTo(Story.Some(5).Select(s => s.Text.ToUpperInvariant())));
            Assert.That(Directory.GetFiles(_folder), Is.EqualTo(new[] { File }), "nothing temporary is left");
        });
    }

    [Test]
    public void SingleTransformersAndNestedChainsComeBack()
    {
        ITransformer nested = new TransformerChain<ITransformer>(new LengthTransformer(1), new TransformerChain<ITransformer>(Fit()));
        using MemoryStream stream = new();
        _ml.Model.Save(nested, null!, stream);
        stream.Position = 0;
        ITransformer back = _ml.Model.Load(stream, out DataViewSchema schema);

        Assert.Multiple(() =>
        {
            Assert.That(schema, Is.Null);
            Assert.That(back.Transform(_stories).GetColumn<int>("Length").First(), Is.EqualTo(107));
        });
    }

    [Test]
    public void FoldersAreThoseOfTheOriginal()
    {
        _ml.Model.Save(Fit(), _stories.Schema, File);
        using ZipArchive archive = ZipFile.OpenRead(File);
        Assert.That(archive.Entries.Select(entry => entry.FullName), Is.SupersetOf(new[]
        {
            "TrainingInfo/Version.txt", "TransformerChain/Model.key", "TransformerChain/Transform_000/Model.key",
            "TransformerChain/Transform_001/Model.key", "TransformerChain/Transform_001/offset.bin", "Schema",
        }));
    }

    [Test]
    public void SchemaKeepsEveryTypeOfTheLibrary()
    {
        DataViewSchema all = _ml.Data.LoadFromEnumerable(new List<Everything>()).Schema;
        DataViewSchema.Builder builder = new();
        builder.AddColumns(all);
        builder.AddColumn("Matrix", new VectorDataViewType(NumberDataViewType.Double, 2, 3));
        builder.AddColumn("Keys", new VectorDataViewType(new KeyDataViewType(typeof(ushort), 9), 4));
        builder.AddColumn("Id", RowIdDataViewType.Instance);
        _ml.Model.Save(new LengthTransformer(0), builder.ToSchema(), File);
        _ml.Model.Load(File, out DataViewSchema back);

        Assert.That(
            back.Select(column => (column.Name, column.Type)), Is.EqualTo(builder.ToSchema().Select(column => (column.Name, column.Type))));
    }

    [Test]
    public void TruncatedFileIsAnErrorThatNamesIt([Values(0, 1, 100, 500, -1, -30)] int length)
    {
        _ml.Model.Save(Fit(), _stories.Schema, File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, bytes[..(length < 0 ? bytes.Length + length : length)]);
        Assert.That(() => _ml.Model.Load(File, out _), Throws.InstanceOf<FormatException>().With.Message.Contains("model.zip"));
    }

    [Test]
    public void ChangedByteIsAnErrorThatNamesTheEntry()
    {
        _ml.Model.Save(Fit(), _stories.Schema, File);
        Rewrite("TransformerChain/Transform_001/offset.bin", _ => [1, 2]);
        Assert.That(
            () => _ml.Model.Load(File, out _),
            Throws.InstanceOf<FormatException>().With.Message.Contains("TransformerChain/Transform_001/offset.bin"), "too short");

        _ml.Model.Save(Fit(), _stories.Schema, File);
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        ReadOnlySpan<byte> name = "TransformerChain/Transform_001/offset.bin"u8;
        int content = bytes.AsSpan().IndexOf(name) + name.Length;
        bytes[content + 1] ^= 0xFF;
        System.IO.File.WriteAllBytes(File, bytes);
        Assert.That(
            () => _ml.Model.Load(File, out _),
            Throws.InstanceOf<FormatException>().With.Message.Contains("Transform_001/offset.bin"), "wrong checksum");
    }

    [Test]
    public void AnyByteOfAComponentMayBeWrongWithoutHarm(
        [Values("TransformerChain", "TransformerChain/Transform_000", "TransformerChain/Transform_002", "Schema")] string component)
    {
        _ml.Model.Save(Fit(), _stories.Schema, File);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        string entry = component == "Schema" ? component : $"{component}/Model.key";
        int length = 0;
        Rewrite(entry, content =>
        {
            length = content.Length;
            return content;
        });
        for (int i = 0; i < length; i += 3)
        {
            System.IO.File.WriteAllBytes(File, whole);
            int index = i;
            Rewrite(entry, content =>
            {
                content[index] ^= 0x81;
                return content;
            });
            try
            {
                _ml.Model.Load(File, out _);
            }
            catch (FormatException exception)
            {
                Assert.That(exception.Message, Does.Contain(entry.Split('/')[0]));
            }
        }
    }

    [Test]
    public void MissingEntryIsAnErrorThatNamesIt()
    {
        _ml.Model.Save(Fit(), _stories.Schema, File);
        using (ZipArchive archive = ZipFile.Open(File, ZipArchiveMode.Update))
            archive.GetEntry("TransformerChain/Transform_001/Model.key")!.Delete();
        Assert.That(
            () => _ml.Model.Load(File, out _),
            Throws.InstanceOf<FormatException>().With.Message.Contains("no entry 'TransformerChain/Transform_001/Model.key'"));
    }

    [Test]
    public void UnknownLoaderIsAnErrorThatNamesIt()
    {
        _ml.Model.Save(new LengthTransformer(1), _stories.Schema, File);
        Assert.That(
            () => new MLContext().Model.Load(File, out _),
            Throws.InstanceOf<FormatException>()
                .With.Message.Contains("TransformerChain/Model.key").And.Message.Contains(LengthTransformer.Loader));
    }

    [Test]
    public void NewerVersionIsAnErrorThatNamesIt()
    {
        _ml.Model.Save(new LengthTransformer(1) { SavedVersion = 0x00020000 }, _stories.Schema, File);
        Assert.That(
            () => _ml.Model.Load(File, out _),
            Throws.InstanceOf<FormatException>().With.Message.Contains("too new").And.Message.Contains("00020000"));
    }

    [Test]
    public void FailedSaveLeavesTheOldFile()
    {
        _ml.Model.Save(new LengthTransformer(1), _stories.Schema, File);
        byte[] before = System.IO.File.ReadAllBytes(File);
        ITransformer nameless = _ml.Transforms.CustomMapping<Story, Measures>((_, _) => { }, contractName: null).Fit(_stories);

        Assert.Multiple(() =>
        {
            Assert.That(
                () => _ml.Model.Save(nameless, _stories.Schema, File),
                Throws.InvalidOperationException.With.Message.Contains("contract name"));
            Assert.That(System.IO.File.ReadAllBytes(File), Is.EqualTo(before));
            Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public void MissingFileIsAnErrorThatNamesIt() =>
        Assert.That(() => _ml.Model.Load(File, out _), Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("model.zip"));

    private TransformerChain<CustomMappingTransformer<TextOnly, Uppercase>> Fit() => _ml.Transforms.CopyColumns("Copy", "Text")
        .Append(new LengthTransformer(100))
        .Append(_ml.Transforms.SelectColumns("Text", "Length", "Copy"))
        .Append(_ml.Transforms.DropColumns("Copy"))
        .Append(_ml.Transforms.CustomMapping(new UppercaseFactory().GetMapping(), UppercaseFactory.Contract))
        .Fit(_stories);

    private void Rewrite(string name, Func<byte[], byte[]> change)
    {
        using ZipArchive archive = ZipFile.Open(File, ZipArchiveMode.Update);
        ZipArchiveEntry entry = archive.GetEntry(name)!;
        using Stream stream = entry.Open();
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        byte[] changed = change(content);
        stream.SetLength(0);
        stream.Write(changed);
    }
}

public sealed class Uppercase
{
    public string Upper { get; set; } = string.Empty;
}

[CustomMappingFactoryAttribute(Contract)]
public sealed class UppercaseFactory : CustomMappingFactory<TextOnly, Uppercase>
{
    public const string Contract = "Tef.Tests.Uppercase";

    public override Action<TextOnly, Uppercase> GetMapping() => (source, result) => result.Upper = source.Text.ToUpperInvariant();
}
