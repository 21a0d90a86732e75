using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

public sealed class LoadingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void ObjectsOfEveryMemberTypeComeBack()
    {
        Everything one = new()
        {
            Flag = true,
            SByte = -3,
            Byte = 200,
            Int16 = -30000,
            UInt16 = 60000,
            Int32 = -5,
            UInt32 = 5,
            Int64 = long.MinValue,
            UInt64 = ulong.MaxValue,
            Single = 1.5f,
            Double = -2.25,
            Text = "naïve — 日本語 🙂",
            Memory = "abcdef".AsMemory(1, 3),
            Time = new DateTime(2020, 2, 29),
            Moment = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)),
            Span = TimeSpan.FromSeconds(3),
            Key = 7,
            Three = [1, 2, 3],
            Texts = ["a", "", "c"],
            Buffer = new VBuffer<long>(4, 2, [5, 6], [1, 3]),
            Original = 42,
            Ignored = this,
        };
        IDataView view = _ml.Data.LoadFromEnumerable([one, new Everything()]);
        Everything[] back = [.. _ml.Data.CreateEnumerable<Everything>(view, reuseRowObject: false)];

        Assert.Multiple(() =>
        {
            Assert.That(back, Has.Length.EqualTo(2));
            Everything two = back[0];
            Assert.That(two.Flag, Is.True);
            Assert.That((two.SByte, two.Byte, two.Int16, two.UInt16), Is.EqualTo((one.SByte, one.Byte, one.Int16, one.UInt16)));
            Assert.That((two.Int32, two.UInt32, two.Int64, two.UInt64), Is.EqualTo((one.Int32, one.UInt32, one.Int64, one.UInt64)));
            Assert.That((two.Single, two.Double), Is.EqualTo((one.Single, one.Double)));
            Assert.That((two.Text, two.Memory.ToString()), Is.EqualTo((one.Text, "bcd")));
            Assert.That((two.Time, two.Moment, two.Span), Is.EqualTo((one.Time, one.Moment, one.Span)));
            Assert.That(two.Key, Is.EqualTo(7));
            Assert.That(two.Three, Is.EqualTo(one.Three).And.Not.SameAs(one.Three));
            Assert.That(two.Texts, Is.EqualTo(one.Texts));
            Assert.That(two.Buffer.DenseValues(), Is.EqualTo(new long[] { 0, 5, 0, 6 }));
            Assert.That(two.Original, Is.EqualTo(42));
            Assert.That(two.Ignored, Is.Null);
            Assert.That((back[1].Text, back[1].Texts!.Length), Is.EqualTo((string.Empty, 0)), "null is empty");
        });
    }

    [Test]
    public void MembersBecomeColumnsOfTheRightTypes()
    {
        DataViewSchema schema = _ml.Data.LoadFromEnumerable(new List<Everything>()).Schema;

        Assert.Multiple(() =>
        {
            Assert.That(schema["Text"].Type, Is.SameAs(TextDataViewType.Instance));
            Assert.That(schema["Key"].Type, Is.EqualTo(new KeyDataViewType(typeof(uint), 10)));
            Assert.That(schema["Three"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 3)));
            Assert.That(schema["Texts"].Type, Is.EqualTo(new VectorDataViewType(TextDataViewType.Instance)));
            Assert.That(schema["Buffer"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Int64)));
            Assert.That(schema.GetColumnOrNull("Renamed"), Is.Not.Null);
            Assert.That(schema.GetColumnOrNull("Original"), Is.Null);
            Assert.That(schema.GetColumnOrNull("Ignored"), Is.Null);
        });
    }

    [Test]
    public void MemberWithoutColumnTypeIsAnErrorThatNamesIt() =>
        Assert.That(
            () => _ml.Data.LoadFromEnumerable(new[] { new { Bad = new object() } }),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Bad'").And.Message.Contains("System.Object"));

    [Test]
    public void VectorOfTheWrongLengthIsAnErrorWithBothLengths()
    {
        IDataView view = _ml.Data.LoadFromEnumerable([new Everything { Three = [1, 2] }]);
        Assert.That(
            () => view.GetColumn<float[]>("Three").ToArray(),
            Throws.InvalidOperationException.With.Message.Contains("'Three'").And.Message.Contains("3 items expected, 2 found"));
    }

    [Test]
    public void MissingColumnIsAnErrorThatNamesIt()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(1));
        Assert.Multiple(() =>
        {
            Assert.That(() => view.Schema["Txt"], Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Txt'"));
            Assert.That(
                () => _ml.Data.CreateEnumerable<Measured>(view, false),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Length'"));
            Assert.That(_ml.Data.CreateEnumerable<Measured>(view, false, ignoreMissingColumns: true).Single().Id, Is.Zero);
        });
    }

    [Test]
    public void WrongTypeIsAnErrorWithBothTypes()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(new[] { new { Id = "one", Text = "two" } });
        Assert.That(
            () => _ml.Data.CreateEnumerable<Story>(view, false),
            Throws.InvalidOperationException.With.Message.Contains("'Id'")
                .And.Message.Contains("String").And.Message.Contains("System.Int32"));
    }

    [Test]
    public void SchemaDefinitionRenamesRetypesAndAnnotates()
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(Everything));
        definition["Three"].ColumnType = new VectorDataViewType(NumberDataViewType.Single);
        definition["Int32"].ColumnName = "Number";
        definition["Number"].AddAnnotation("SlotNames", new[] { "a", "b" }, new VectorDataViewType(TextDataViewType.Instance, 2));
        IDataView view = _ml.Data.LoadFromEnumerable([new Everything { Three = [1], Int32 = 9 }], definition);
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Number"].GetSlotNames(ref names);

        Assert.Multiple(() =>
        {
            Assert.That(view.GetColumn<float[]>("Three").Single(), Is.EqualTo(new float[] { 1 }));
            Assert.That(view.GetColumn<int>("Number").Single(), Is.EqualTo(9));
            Assert.That(names.DenseValues().Select(name => name.ToString()), Is.EqualTo(new[] { "a", "b" }));
        });
    }

    [Test]
    public void SchemaGivesTypesAndAnnotations()
    {
        DataViewSchema.Annotations.Builder annotations = new();
        annotations.AddPrimitiveValue("Answer", NumberDataViewType.Int32, 42);
        DataViewSchema.Builder builder = new();
        builder.AddColumn("Three", new VectorDataViewType(NumberDataViewType.Single, 2), annotations.ToAnnotations());
        IDataView view = _ml.Data.LoadFromEnumerable([new Everything { Three = [1, 2] }], builder.ToSchema());
        int answer = 0;
        view.Schema["Three"].Annotations.GetValue("Answer", ref answer);

        Assert.Multiple(() =>
        {
            Assert.That(answer, Is.EqualTo(42));
            Assert.That(view.Schema["Three"].Type, Is.EqualTo(new VectorDataViewType(NumberDataViewType.Single, 2)));
        });
    }
}
