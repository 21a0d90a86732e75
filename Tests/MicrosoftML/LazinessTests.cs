using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

public sealed class LazinessTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Test]
    public void OnlyColumnsAskedForAreRead()
    {
        Counted[] rows = [.. Enumerable.Range(0, 10).Select(i => new Counted(i))];
        IDataView view = _ml.Data.LoadFromEnumerable(rows);
        IDataView copied = _ml.Transforms.CopyColumns("Again", "Cheap").Fit(view).Transform(view);

        Assert.That(copied.GetColumn<int>("Again"), Is.EqualTo(Enumerable.Range(0, 10)));
        Assert.That(rows.Sum(row => row.CheapReads), Is.EqualTo(10));
        Assert.That(rows.Sum(row => row.CostlyReads), Is.Zero);
    }

    [Test]
    public void NothingIsComputedBeforeACursorAsks()
    {
        LengthTransformer length = new(0);
        IDataView view = length.Transform(_ml.Data.LoadFromEnumerable(Story.Some(10)));
        view = _ml.Data.TakeRows(_ml.Data.SkipRows(view, 2), 5);
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Length"]]);
        ValueGetter<int> getter = cursor.GetGetter<int>(view.Schema["Length"]);
        for (int i = 0; i < 3; i++)
            cursor.MoveNext();
        int value = 0;
        Assert.That(length.Computed, Is.Zero);
        getter(ref value);
        Assert.That(length.Computed, Is.EqualTo(1));
    }

    [Test]
    public void CustomMappingRunsOncePerRowAndNotAtAllForOtherColumns()
    {
        int calls = 0;
        var mapping = _ml.Transforms.CustomMapping<TextOnly, Measures>(
            (source, result) =>
            {
                calls++;
                result.Length = source.Text.Length;
                result.Words = source.Text.Split(' ');
            },
            contractName: null);
        IDataView stories = _ml.Data.LoadFromEnumerable(Story.Some(10));
        IDataView view = mapping.Fit(stories).Transform(stories);

        Assert.That(view.GetColumn<int>("Id").Sum(), Is.EqualTo(45));
        Assert.That(calls, Is.Zero);
        Measured[] both = [.. _ml.Data.CreateEnumerable<Measured>(view, reuseRowObject: false)];
        Assert.That(calls, Is.EqualTo(10));
        Assert.That(both[3].Words, Is.EqualTo(new[] { "story", "3" }));
    }

    [Test]
    public void InactiveColumnIsAnErrorThatNamesIt()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(1));
        IDataView copied = _ml.Transforms.CopyColumns("Copy", "Text").Fit(view).Transform(view);
        IDataView[] views = [view, copied, _ml.Data.Cache(view), _ml.Data.ShuffleRows(view), _ml.Data.TrainTestSplit(view).TrainSet];
        foreach (IDataView each in views)
        {
            using DataViewRowCursor cursor = each.GetRowCursor([each.Schema["Id"]]);
            Assert.Multiple(() =>
            {
                Assert.That(cursor.IsColumnActive(each.Schema["Id"]), Is.True);
                Assert.That(cursor.IsColumnActive(each.Schema["Text"]), Is.False);
                Assert.That(
                    () => cursor.GetGetter<ReadOnlyMemory<char>>(each.Schema["Text"]),
                    Throws.InvalidOperationException.With.Message.Contains("'Text'"));
                Assert.That(
                    () => cursor.GetGetter<long>(each.Schema["Id"]),
                    Throws.InvalidOperationException.With.Message.Contains("System.Int64"));
            });
        }
    }

    [Test]
    public void SequenceLongerThanMemoryPassesThrough()
    {
        // Each row holds 1 MB; 1 GB of them passes, and never more than the pool and a few on their way are alive.
        const int Rows = 1000;
        const int Pool = 8;
        int made = 0;
        IEnumerable<Blob> Blobs()
        {
            for (int i = 0; i < Rows; i++)
            {
                made++;
                yield return new Blob { Id = i, Bytes = new byte[1 << 20] };
            }
        }

        IDataView view = _ml.Data.LoadFromEnumerable(Blobs());
        view = _ml.Transforms.CustomMapping<Blob, BlobSize>((source, result) => result.Size = source.Bytes.Length, null)
            .Append(_ml.Transforms.SelectColumns("Id", "Bytes", "Size")).Fit(view).Transform(view);
        view = _ml.Data.ShuffleRows(_ml.Data.TrainTestSplit(view, 0.5).TrainSet, seed: 1, shufflePoolSize: Pool);
        Assert.That(made, Is.Zero, "nothing is read before a cursor asks");

        long most = 0;
        long bytes = 0;
        long before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (BlobAndSize blob in _ml.Data.CreateEnumerable<BlobAndSize>(view, reuseRowObject: true))
        {
            bytes += blob.Size;
            if (made % 100 == 0)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.That(made, Is.EqualTo(Rows));
        Assert.That(bytes >> 20, Is.InRange(Rows * 0.45, Rows * 0.55));
        Assert.That(most, Is.LessThan(100L << 20));
    }

    [Test]
    public void StreamIsReadAsFarAsItIsAskedFor()
    {
        int made = 0;
        IEnumerable<Story> Endless()
        {
            while (true)
                yield return new Story { Id = made++ };
        }

        IDataView view = _ml.Data.TakeRows(_ml.Data.LoadFromEnumerable(Endless()), 3);
        Assert.That(view.GetColumn<int>("Id"), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(made, Is.EqualTo(3));
    }

    private sealed class Counted(int value)
    {
        public int CheapReads { get; private set; }

        public int CostlyReads { get; private set; }

        public int Cheap
        {
            get
            {
                CheapReads++;
                return value;
            }
        }

        public string Costly
        {
            get
            {
                CostlyReads++;
                return $"{value}";
            }
        }
    }

    private sealed class Blob
    {
        public int Id { get; set; }

        public byte[] Bytes { get; set; } = [];
    }

    private sealed class BlobSize
    {
        public int Size { get; set; }
    }

    private sealed class BlobAndSize
    {
        public int Size { get; set; }

        public byte[] Bytes { get; set; } = [];
    }
}
