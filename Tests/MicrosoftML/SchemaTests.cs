using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

public sealed class SchemaTests
{
    [Test]
    public void LastColumnOfANameHidesTheOthers()
    {
        DataViewSchema.Builder builder = new();
        builder.AddColumn("A", NumberDataViewType.Int32);
        builder.AddColumn("B", TextDataViewType.Instance);
        builder.AddColumn("A", NumberDataViewType.Single);
        DataViewSchema schema = builder.ToSchema();
        Assert.Multiple(() =>
        {
            Assert.That(schema["A"].Index, Is.EqualTo(2));
            Assert.That(schema.Select(column => column.IsHidden), Is.EqualTo(new[] { true, false, false }));
            Assert.That(schema.GetColumnOrNull("C"), Is.Null);
            Assert.That(
                () => schema["C"],
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'C' not found. The columns are: 'B', 'A'."));
            Assert.That(() => schema[3], Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => schema[""], Throws.InstanceOf<ArgumentException>());
        });
    }

    [Test]
    public void AnnotationsCarryAnyObject()
    {
        Version carried = new(1, 2);
        DataViewSchema.Annotations.Builder builder = new();
        builder.Add("Object", new VersionType(), (ref Version value) => value = carried);
        builder.Add("Names", new VectorDataViewType(TextDataViewType.Instance, 1), (ref VBuffer<ReadOnlyMemory<char>> value) =>
            value = new VBuffer<ReadOnlyMemory<char>>(1, ["x".AsMemory()]));
        DataViewSchema.Annotations annotations = builder.ToAnnotations();
        Version? found = null;
        annotations.GetValue("Object", ref found!);

        DataViewSchema.Annotations.Builder part = new();
        part.Add(annotations, name => name == "Object");
        Version wrong = new();
        Assert.Multiple(() =>
        {
            Assert.That(found, Is.SameAs(carried));
            Assert.That(part.ToAnnotations().Schema.Select(column => column.Name), Is.EqualTo(new[] { "Object" }));
            Assert.That(
                () => annotations.GetValue("None", ref wrong), Throws.InvalidOperationException.With.Message.Contains("Object, Names"));
            Assert.That(
                () => annotations.GetValue("Names", ref wrong), Throws.InvalidOperationException.With.Message.Contains("System.Version"));
            Assert.That(
                () => builder.Add("Bad", NumberDataViewType.Int32, (ref long value) => value = 1),
                Throws.ArgumentException.With.Message.Contains("'Bad'"));
        });
    }

    [Test]
    public void AnnotationsTravelWithTheirColumn()
    {
        MLContext ml = new();
        DataViewSchema.Annotations.Builder builder = new();
        builder.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true);
        DataViewSchema.Builder schema = new();
        schema.AddColumn("Id", NumberDataViewType.Int32, builder.ToAnnotations());
        schema.AddColumn("Text", TextDataViewType.Instance);
        IDataView view = ml.Data.LoadFromEnumerable(Story.Some(3), schema.ToSchema());
        view = ml.Data.Cache(ml.Data.ShuffleRows(ml.Data.TakeRows(view, 2)));
        view = ml.Transforms.CopyColumns("Copy", "Id").Append(ml.Transforms.SelectColumns("Copy")).Fit(view).Transform(view);
        Assert.That(view.Schema.Single().IsNormalized(), Is.True);
    }

    [Test]
    public void SlotNamesAndKeyValuesMustFitTheirColumn()
    {
        DataViewSchema.Annotations.Builder builder = new();
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> two = (ref VBuffer<ReadOnlyMemory<char>> value) =>
            value = new VBuffer<ReadOnlyMemory<char>>(2, ["a".AsMemory(), "b".AsMemory()]);
        builder.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, 2), two);
        builder.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 2), two);
        DataViewSchema.Builder schema = new();
        schema.AddColumn("Two", new VectorDataViewType(NumberDataViewType.Single, 2), builder.ToAnnotations());
        schema.AddColumn("Three", new VectorDataViewType(NumberDataViewType.Single, 3), builder.ToAnnotations());
        schema.AddColumn("Key", new KeyDataViewType(typeof(uint), 2), builder.ToAnnotations());
        schema.AddColumn("None", new KeyDataViewType(typeof(uint), 2));
        DataViewSchema columns = schema.ToSchema();
        VBuffer<ReadOnlyMemory<char>> values = default;
        columns["Key"].GetKeyValues(ref values);
        Assert.Multiple(() =>
        {
            Assert.That(columns.Select(column => column.HasSlotNames()), Is.EqualTo(new[] { true, false, false, false }));
            Assert.That(columns.Select(column => column.HasKeyValues()), Is.EqualTo(new[] { false, false, true, false }));
            Assert.That(columns["Key"].HasKeyValues(NumberDataViewType.Int32), Is.False);
            Assert.That(values.GetItemOrDefault(1).ToString(), Is.EqualTo("b"));
        });
    }

    [Test]
    public void TypesCompareByWhatTheyMean() => Assert.Multiple(() =>
    {
        Assert.That(
            new VectorDataViewType(NumberDataViewType.Single, new[] { 3 }),
            Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 3)));
        Assert.That(
            new VectorDataViewType(NumberDataViewType.Single, 3), Is.Not.EqualTo(new VectorDataViewType(NumberDataViewType.Double, 3)));
        Assert.That(
            new VectorDataViewType(NumberDataViewType.Single, 2, 3), Is.Not.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 6)));
        Assert.That(new VectorDataViewType(NumberDataViewType.Single, 2, 3).Size, Is.EqualTo(6));
        Assert.That(new VectorDataViewType(NumberDataViewType.Single, 2, 0).IsKnownSize, Is.False);
        Assert.That(new KeyDataViewType(typeof(byte), 255), Is.EqualTo(new KeyDataViewType(typeof(byte), 255UL)));
        Assert.That(
            () => new KeyDataViewType(typeof(byte), 256), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("255"));
        Assert.That(() => new KeyDataViewType(typeof(int), 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => new KeyDataViewType(typeof(uint), 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That($"{new VectorDataViewType(NumberDataViewType.Single, 2, 0)}", Is.EqualTo("Vector<Single, 2, *>"));
        Assert.That($"{new VectorDataViewType(TextDataViewType.Instance)}", Is.EqualTo("Vector<String>"));
        Assert.That($"{new KeyDataViewType(typeof(uint), 5)}", Is.EqualTo("Key<UInt32, 0-4>"));
    });

    [Test]
    public void RegisteredTypesTravelAsTheyAre()
    {
        DataViewTypeManager.Register(new VersionType(), typeof(Version));
        MLContext ml = new();
        Release[] releases = [new() { Number = new Version(1, 2) }, new() { Number = new Version(3, 4) }];
        IDataView view = ml.Data.LoadFromEnumerable(releases);
        Assert.Multiple(() =>
        {
            Assert.That(view.Schema["Number"].Type, Is.InstanceOf<VersionType>());
            Assert.That(
                ml.Data.CreateEnumerable<Release>(ml.Data.Cache(view), false).Select(release => release.Number),
                Is.EqualTo(new[] { new Version(1, 2), new Version(3, 4) }));
            Assert.That(
                () => DataViewTypeManager.Register(new VersionType(), typeof(Uri)),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("System.Version"));
            Assert.That(
                () => DataViewTypeManager.Register(new VersionType(), typeof(int)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void ShapesKnowKeysVectorsAndAnnotations()
    {
        DataViewSchema schema = new MLContext().Data.LoadFromEnumerable(new List<Everything>()).Schema;
        SchemaShape shape = SchemaShape.Create(schema);
        Assert.That(
            shape.Select(column => column.GetTypeString()),
            Is.SupersetOf(new[] { "Key<UInt32>", "Vector<Single>", "VarVector<String>", "Double" }));
    }

    private sealed class VersionType() : StructuredDataViewType(typeof(Version))
    {
        public override bool Equals(DataViewType? other) => other is VersionType;

        public override bool Equals(object? obj) => obj is VersionType;

        public override int GetHashCode() => 1;
    }

    private sealed class Release
    {
        public Version Number { get; set; } = new();
    }
}
