using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

public sealed class CursorTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void PositionGrowsAndIsMinusOneOutside()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(2));
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        ValueGetter<int> getter = cursor.GetGetter<int>(view.Schema["Id"]);
        int value = 0;
        Assert.Multiple(() =>
        {
            Assert.That(cursor.Position, Is.EqualTo(-1));
            Assert.That(() => getter(ref value), Throws.InvalidOperationException);
            Assert.That((cursor.MoveNext(), cursor.Position), Is.EqualTo((true, 0L)));
            Assert.That((cursor.MoveNext(), cursor.Position), Is.EqualTo((true, 1L)));
            Assert.That((cursor.MoveNext(), cursor.Position), Is.EqualTo((false, -1L)));
            Assert.That(cursor.MoveNext(), Is.False);
            Assert.That(() => getter(ref value), Throws.InvalidOperationException);
        });
    }

    [Test]
    public void CursorsOfASetShareTheRowsAndTheirOrderCanBeFoundAgain(
        [Values(0, 1, 63, 64, 65, 1000)] int count, [Values(1, 2, 3, 8)] int n)
    {
        IDataView view = new LengthTransformer(0).Transform(_ml.Data.LoadFromEnumerable(Story.Some(count)));
        DataViewRowCursor[] cursors = view.GetRowCursorSet(view.Schema, n);
        List<(long Batch, int Id)> rows = [];
        foreach (DataViewRowCursor cursor in cursors)
        {
            using (cursor)
            {
                ValueGetter<int> getter = cursor.GetGetter<int>(view.Schema["Id"]);
                long last = long.MinValue;
                for (int id = 0; cursor.MoveNext();)
                {
                    getter(ref id);
                    Assert.That(cursor.Batch, Is.GreaterThanOrEqualTo(last));
                    rows.Add((last = cursor.Batch, id));
                }
            }
        }

        Assert.That(cursors, Has.Length.InRange(1, n));
        Assert.That(rows.OrderBy(row => row.Batch).Select(row => row.Id), Is.EqualTo(Enumerable.Range(0, count)));
    }

    [Test]
    public void CursorsOfOneViewRunSideBySide()
    {
        IDataView stories = _ml.Data.LoadFromEnumerable(Story.Some(2000));
        IDataView view = _ml.Transforms.CopyColumns("Copy", "Text")
            .Append(new LengthTransformer(1))
            .Append(_ml.Transforms.CustomMapping<TextOnly, Measures>(
                (source, result) =>
                {
                    result.Length = source.Text.Length;
                    result.Words = source.Text.Split(' ');
                },
                contractName: null))
            .Fit(stories).Transform(stories);
        view = _ml.Data.Cache(_ml.Data.TrainTestSplit(view, 0.3, seed: 3).TrainSet);
        string[] expected = [.. Texts(view)];

        string[][] found = new string[8][];
        Parallel.For(0, found.Length, i => found[i] = [.. i % 2 == 0 ? Texts(view) : TextsOfSet(view, 4)]);

        Assert.That(expected, Has.Length.InRange(1300, 1500));
        string[] sorted = [.. expected.Order()];
        for (int i = 0; i < found.Length; i++)
        {
            // The cursors of a set come in any order.
            if (i % 2 == 0)
                Assert.That(found[i], Is.EqualTo(expected));
            else
                Assert.That(found[i].Order(), Is.EqualTo(sorted));
        }

        static IEnumerable<string> Texts(IDataView view)
        {
            using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
            return Read(cursor);
        }

        static IEnumerable<string> TextsOfSet(IDataView view, int n) =>
            view.GetRowCursorSet(view.Schema, n).AsParallel().SelectMany(cursor =>
            {
                using (cursor)
                    return Read(cursor);
            });

        static List<string> Read(DataViewRowCursor cursor)
        {
            ValueGetter<ReadOnlyMemory<char>> text = cursor.GetGetter<ReadOnlyMemory<char>>(cursor.Schema["Copy"]);
            ValueGetter<VBuffer<ReadOnlyMemory<char>>> words = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(cursor.Schema["Words"]);
            ValueGetter<int> length = cursor.GetGetter<int>(cursor.Schema["Length"]);
            ReadOnlyMemory<char> t = default;
            VBuffer<ReadOnlyMemory<char>> w = default;
            int l = 0;
            List<string> rows = [];
            while (cursor.MoveNext())
            {
                text(ref t);
                words(ref w);
                length(ref l);
                rows.Add($"{t}|{string.Join(' ', w.DenseValues())}|{l}");
            }

            return rows;
        }
    }

    [Test]
    public void ForeignColumnIsAnErrorThatNamesIt()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(1));
        DataViewSchema.Builder builder = new();
        builder.AddColumn("Other", NumberDataViewType.Int32);
        Assert.That(
            () => view.GetRowCursor(builder.ToSchema()), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Other'"));
    }

    [Test]
    public void NullRowIsAnErrorWithItsIndex([Values] bool list)
    {
        IEnumerable<Story> rows = [new(), null!];
        IDataView view = _ml.Data.LoadFromEnumerable(list ? rows.ToList() : rows.Select(row => row));
        Assert.That(() => view.GetColumn<int>("Id").ToArray(), Throws.InvalidOperationException.With.Message.Contains("Row 1"));
    }
}
