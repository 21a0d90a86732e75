using Microsoft.ML;
using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

public sealed class RowOperationTests
{
    private readonly MLContext _ml = new(seed: 5);

    [Test]
    public void SkipAndTakeCutTheRows()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(10));
        Assert.Multiple(() =>
        {
            Assert.That(Ids(_ml.Data.TakeRows(view, 3)), Is.EqualTo(new[] { 0, 1, 2 }));
            Assert.That(Ids(_ml.Data.SkipRows(view, 8)), Is.EqualTo(new[] { 8, 9 }));
            Assert.That(Ids(_ml.Data.TakeRows(_ml.Data.SkipRows(view, 4), 2)), Is.EqualTo(new[] { 4, 5 }));
            Assert.That(Ids(_ml.Data.SkipRows(view, 20)), Is.Empty);
            Assert.That(_ml.Data.TakeRows(view, 3).GetRowCount(), Is.EqualTo(3));
            Assert.That(_ml.Data.SkipRows(view, 20).GetRowCount(), Is.Zero);
            Assert.That(() => _ml.Data.TakeRows(view, 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void ShuffleGivesEveryRowOnceAndTheSameOrderForTheSameSeed(
        [Values(0, 1, 7, 500)] int count, [Values(1, 10, 1000)] int pool, [Values] bool list)
    {
        IEnumerable<Story> stories = list ? Story.Some(count) : Story.Some(count).Select(story => story);
        IDataView view = _ml.Data.LoadFromEnumerable(stories);
        IDataView shuffled = _ml.Data.ShuffleRows(view, seed: 9, shufflePoolSize: pool);
        int[] order = Ids(shuffled);
        Assert.Multiple(() =>
        {
            Assert.That(order.Order(), Is.EqualTo(Enumerable.Range(0, count)));
            Assert.That(Ids(shuffled), Is.EqualTo(order));
            Assert.That(Ids(_ml.Data.ShuffleRows(view, seed: 9, shufflePoolSize: pool)), Is.EqualTo(order));
            Assert.That(
                _ml.Data.CreateEnumerable<Story>(shuffled, false).Select(story => story.Text),
                Is.EqualTo(order.Select(id => $"story {id}")),
                "columns stay together");
            if (count == 500 && (pool > 1 || list))
            {
                Assert.That(order, Is.Not.EqualTo(Enumerable.Range(0, count)));
                Assert.That(Ids(_ml.Data.ShuffleRows(view, seed: 10, shufflePoolSize: pool)), Is.Not.EqualTo(order));
            }
        });
    }

    [Test]
    public void ShuffleWithoutSeedTakesANewOrderEveryPassWhichTheContextRepeats()
    {
        int[][] Passes()
        {
            MLContext ml = new(seed: 3);
            IDataView shuffled = ml.Data.ShuffleRows(ml.Data.LoadFromEnumerable(Story.Some(100)));
            return [Ids(shuffled), Ids(shuffled)];
        }

        int[][] first = Passes();
        Assert.That(first[0], Is.Not.EqualTo(first[1]));
        Assert.That(Passes(), Is.EqualTo(first));
    }

    [Test]
    public void ShufflingAStreamKeepsRowsWithinThePool()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(1000).Select(story => story));
        int[] order = Ids(_ml.Data.ShuffleRows(view, seed: 1, shufflePoolSize: 20));
        Assert.That(order.Select((id, place) => id - place).Max(), Is.LessThan(20), "no row comes before it was read");
    }

    [Test]
    public void ShufflingIsEven()
    {
        // 6 orders of 3 rows, 3000 shuffles: each order about 500 times, 5 standard deviations are 102.
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(3).Select(story => story));
        IEnumerable<string> orders = Enumerable.Range(0, 3000).Select(seed => string.Concat(Ids(_ml.Data.ShuffleRows(view, seed))));
        KeyValuePair<string, int>[] counts = [.. orders.CountBy(order => order)];
        Assert.That(counts, Has.Length.EqualTo(6));
        Assert.That(counts.Select(pair => pair.Value), Is.All.InRange(398, 602));
    }

    [Test]
    public void SplitPartsAreDisjointCompleteAndRepeatable([Values(0.1, 0.5, 0.9)] double fraction)
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(5000));
        var split = _ml.Data.TrainTestSplit(view, fraction, seed: 7);
        int[] test = Ids(split.TestSet);
        Assert.Multiple(() =>
        {
            Assert.That(test.Concat(Ids(split.TrainSet)).Order(), Is.EqualTo(Enumerable.Range(0, 5000)));
            Assert.That(test.Length / 5000.0, Is.EqualTo(fraction).Within(0.03));
            Assert.That(Ids(new MLContext(seed: 99).Data.TrainTestSplit(view, fraction, seed: 7).TestSet), Is.EqualTo(test));
            Assert.That(Ids(_ml.Data.TrainTestSplit(view, fraction, seed: 8).TestSet), Is.Not.EqualTo(test));
            Assert.That(
                Ids(_ml.Data.TrainTestSplit(view, fraction).TestSet),
                Is.EqualTo(Ids(new MLContext(5).Data.TrainTestSplit(view, fraction).TestSet)));
            Assert.That(split.TestSet.Schema, Is.SameAs(view.Schema), "no column is added");
        });
    }

    [Test]
    public void SplitDoesNotDependOnTheOrderOfReading()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(300));
        var plain = _ml.Data.TrainTestSplit(view, 0.3, seed: 1);
        var shuffled = _ml.Data.TrainTestSplit(_ml.Data.ShuffleRows(view, seed: 2), 0.3, seed: 1);
        Assert.That(Ids(shuffled.TestSet).Order(), Is.EqualTo(Ids(plain.TestSet)));
    }

    [Test]
    public void RowsThatAgreeInTheKeyStayTogether([Values("Text", "Int32", "Single", "Moment", "Texts", "Key", "Flag")] string key)
    {
        Everything[] rows = [.. Enumerable.Range(0, 400).Select(i => new Everything
        {
            Original = i, Text = $"{i % 40}", Int32 = i % 40, Single = i % 40 / 3f, Key = (uint)(i % 10), Flag = i % 2 == 0,
            Moment = DateTimeOffset.UnixEpoch.AddDays(i % 40), Texts = ["x", $"{i % 40}"],
        })];
        var split = _ml.Data.TrainTestSplit(_ml.Data.LoadFromEnumerable(rows), 0.4, key, seed: 4);
        HashSet<int> test = [.. split.TestSet.GetColumn<int>("Renamed").Select(i => i % 40)];
        HashSet<int> train = [.. split.TrainSet.GetColumn<int>("Renamed").Select(i => i % 40)];
        Assert.That(test.Intersect(train), Is.Empty);
        Assert.That(test.Count + train.Count, Is.EqualTo(40));
    }

    [Test]
    public void FoldsTestEveryRowOnce()
    {
        var folds = _ml.Data.CrossValidationSplit(_ml.Data.LoadFromEnumerable(Story.Some(200)), 4);
        Assert.That(folds.SelectMany(fold => Ids(fold.TestSet)).Order(), Is.EqualTo(Enumerable.Range(0, 200)));
        Assert.That(folds.Select(fold => Ids(fold.TestSet).Length + Ids(fold.TrainSet).Length), Is.All.EqualTo(200));
    }

    [Test]
    public void BadSplitsAreErrors()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(1));
        Assert.Multiple(() =>
        {
            Assert.That(
                () => _ml.Data.TrainTestSplit(view, 1), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("unlike 1"));
            Assert.That(() => _ml.Data.TrainTestSplit(view, double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(
                () => _ml.Data.TrainTestSplit(view, 0.5, "Nothing"),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("'Nothing'"));
        });
    }

    [Test]
    public void FilterKeepsRowsWithinBounds()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(10));
        Assert.Multiple(() =>
        {
            Assert.That(Ids(_ml.Data.FilterRowsByColumn(view, "Id", 3, 6)), Is.EqualTo(new[] { 3, 4, 5 }));
            Assert.That(Ids(_ml.Data.FilterRowsByColumn(view, "Id", lowerBound: 8)), Is.EqualTo(new[] { 8, 9 }));
            Assert.That(
                _ml.Data.FilterRowsByColumn(view, "Id", lowerBound: 8).GetColumn<string>("Text"),
                Is.EqualTo(new[] { "story 8", "story 9" }),
                "the filter's column need not be asked for");
            Assert.That(
                () => _ml.Data.FilterRowsByColumn(view, "Text", 1),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("expected number, got String"));
        });
    }

    [Test]
    public void CacheReadsEachColumnOnce()
    {
        int passes = 0;
        IEnumerable<Story> Stories()
        {
            passes++;
            foreach (Story story in Story.Some(100))
                yield return story;
        }

        LengthTransformer length = new(0);
        IDataView view = _ml.Data.Cache(length.Transform(_ml.Data.LoadFromEnumerable(Stories())), "Length");
        Assert.Multiple(() =>
        {
            Assert.That(passes, Is.EqualTo(1), "prefetched");
            Assert.That(view.GetColumn<int>("Length").Concat(view.GetColumn<int>("Length")).Sum(), Is.EqualTo(2 * (10 * 7 + 90 * 8)));
            Assert.That(length.Computed, Is.EqualTo(100));
            Assert.That(passes, Is.EqualTo(1));
            Assert.That(Ids(view), Is.EqualTo(Enumerable.Range(0, 100)));
            Assert.That(view.GetColumn<string>("Text").First(), Is.EqualTo("story 0"));
            Assert.That(passes, Is.EqualTo(3), "a pass for each further column asked for by itself");
            Assert.That(view.CanShuffle, Is.True);
            Assert.That(view.GetRowCount(), Is.EqualTo(100));
        });
    }

    [Test]
    public void CachedAndShuffledVectorsAreOwn([Values] bool cache)
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 50).Select(i =>
            new Everything { Texts = [.. Enumerable.Repeat($"{i}", i % 5)] }));
        view = cache ? _ml.Data.Cache(view) : _ml.Data.ShuffleRows(view, seed: 1, shufflePoolSize: 10);
        string[] rows = [.. view.GetColumn<string[]>("Texts").Select(texts => string.Join(',', texts))];
        string[] expected = [.. Enumerable.Range(0, 50).Select(i => string.Join(',', Enumerable.Repeat($"{i}", i % 5)))];
        Assert.That(rows.Order(), Is.EqualTo(expected.Order()));
    }

    [Test]
    public void IdsFollowTheirRows()
    {
        IDataView view = _ml.Data.LoadFromEnumerable(Story.Some(40));
        IDataView[] views =
            [_ml.Data.ShuffleRows(view, 1, 8), _ml.Data.Cache(view), _ml.Data.SkipRows(view, 5), _ml.Data.TrainTestSplit(view).TrainSet];
        foreach (IDataView each in views)
        {
            using DataViewRowCursor cursor = each.GetRowCursor(each.Schema, new Random(1));
            ValueGetter<DataViewRowId> ids = cursor.GetIdGetter();
            ValueGetter<int> values = cursor.GetGetter<int>(each.Schema["Id"]);
            DataViewRowId id = default;
            for (int value = 0; cursor.MoveNext();)
            {
                ids(ref id);
                values(ref value);
                Assert.That(id, Is.EqualTo(new DataViewRowId((ulong)value, 0)));
            }
        }
    }

    private static int[] Ids(IDataView view) => [.. view.GetColumn<int>("Id")];
}
