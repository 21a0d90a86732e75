using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.MLNet;
using Tef.Tests.MLNet.Fakes;

namespace Tef.Tests.MLNet;

/// <summary>Only what is asked for is computed, and only when it is asked for.</summary>
[TestFixture]
internal sealed class LazinessTests
{
    private MLContext _ml = null!;
    private TransformerChain<TextGeneratingTransformer> _chain = null!;
    private int _rowsRead;

    [OneTimeSetUp]
    public void Train()
    {
        _ml = Pipelines.CreateContext();
        _chain = Pipelines.Generating(_ml).Fit(Pipelines.Stories(_ml));
    }

    [OneTimeTearDown]
    public void Release() => _chain.Dispose();

    [Test]
    public void TransformReadsNoRows()
    {
        _ = _chain.Transform(CountedRows());
        Assert.That(_rowsRead, Is.Zero);
    }

    [Test]
    public void ColumnsThatNobodyAskedForAreNotComputed()
    {
        // A disposed model can neither score nor generate.
        TransformerChain<TextGeneratingTransformer> chain = Pipelines.Generating(_ml).Fit(Pipelines.Stories(_ml));
        ((BigramModel)chain.OfType<LanguageModelTransformer>().Single().Model).Dispose();
        IDataView view = chain.Transform(CountedRows());
        using (DataViewRowCursor none = view.GetRowCursor([]))
            Assert.That(none.MoveNext());
        using DataViewRowCursor cursor = view.GetRowCursor([view.Schema["Text"], view.Schema["Tokens"]]);
        ValueGetter<VBuffer<int>> tokens = cursor.GetGetter<VBuffer<int>>(view.Schema["Tokens"]);
        Assert.That(cursor.MoveNext());
        VBuffer<int> value = default;
        tokens(ref value);
        Assert.That(value.Length, Is.GreaterThan(0));
        Assert.That(cursor.IsColumnActive(view.Schema["Loss"]), Is.False);
        Assert.That(() => cursor.GetGetter<float>(view.Schema["Loss"]), Throws.InvalidOperationException.With.Message.Contains("'Loss'"));
    }

    [Test]
    public void GettersOfAnotherTypeAreRefused()
    {
        IDataView view = _chain.Transform(CountedRows());
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        Assert.That(
            () => cursor.GetGetter<double>(view.Schema["Loss"]),
            Throws.InvalidOperationException.With.Message.Contains("'Loss'").And.Message.Contains("Single"));
    }

    [Test]
    public void CursorSetsCoverEveryRowOnce()
    {
        IDataView view = _chain.Transform(_ml.Data.Cache(_ml.Data.LoadFromEnumerable(Corpus.Stories(50))));
        DataViewRowCursor[] cursors = view.GetRowCursorSet([view.Schema["Loss"]], 3);
        int rows = 0;
        foreach (DataViewRowCursor cursor in cursors)
        {
            using (cursor)
            {
                while (cursor.MoveNext())
                    rows++;
            }
        }

        Assert.That(rows, Is.EqualTo(50));
    }

    private IDataView CountedRows()
    {
        _rowsRead = 0;
        return _ml.Data.LoadFromEnumerable(Corpus.Stories(5).Select(row =>
        {
            _rowsRead++;
            return row;
        }));
    }
}
