using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Looks at the first rows of data; for debugging, not for work.</summary>
public static class DebuggerExtensions
{
    public static DataDebuggerPreview Preview(this IDataView data, int maxRows = 100)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRows);
        return new DataDebuggerPreview(data, maxRows);
    }

    /// <summary>What a transformer makes of the first rows.</summary>
    public static DataDebuggerPreview Preview(this ITransformer transformer, IDataView data, int maxRows = 100)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return Preview(transformer.Transform(data), maxRows);
    }

    /// <summary>Fits an estimator to the first rows and shows what comes of them.</summary>
    public static DataDebuggerPreview Preview(
        this IEstimator<ITransformer> estimator, IDataView data, int maxRows = 100, int maxTrainingRows = 100)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return Preview(estimator.Fit(new RangeDataView(data, 0, maxTrainingRows)), data, maxRows);
    }
}
