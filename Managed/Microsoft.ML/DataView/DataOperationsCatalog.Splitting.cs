using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed partial class DataOperationsCatalog
{
    /// <summary>
    /// Splits the rows at random. To which part a row goes depends on its identity (or on its value in a column) and on the seed,
    /// not on the order of reading, so both parts can be shuffled and read side by side.
    /// </summary>
    /// <param name="data">The rows to split.</param>
    /// <param name="testFraction">The expected share of rows in the test set, between 0 and 1.</param>
    /// <param name="samplingKeyColumnName">Rows that agree in this column stay together.</param>
    /// <param name="seed">The context's by default.</param>
    public TrainTestData TrainTestSplit(
        IDataView data, double testFraction = 0.1, string? samplingKeyColumnName = null, int? seed = null)
    {
        if (!(testFraction is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testFraction), $"The test fraction lies between 0 and 1, unlike {testFraction}.");
        return Split(data, 0, testFraction, samplingKeyColumnName, seed);
    }

    /// <summary>Splits the rows as often as there are folds, so that every row is in one test set.</summary>
    public IReadOnlyList<TrainTestData> CrossValidationSplit(
        IDataView data, int numberOfFolds = 5, string? samplingKeyColumnName = null, int? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numberOfFolds, 2);
        return [.. Enumerable.Range(0, numberOfFolds).Select(fold =>
            Split(data, (double)fold / numberOfFolds, (double)(fold + 1) / numberOfFolds, samplingKeyColumnName, seed))];
    }

    /// <summary>
    /// The rows whose value in a column of numbers lies in [<paramref name="lowerBound"/>, <paramref name="upperBound"/>).
    /// </summary>
    public IDataView FilterRowsByColumn(
        IDataView input, string columnName, double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!(lowerBound < upperBound))
        {
            throw new ArgumentOutOfRangeException(
                nameof(upperBound), $"The upper bound {upperBound} is not above the lower bound {lowerBound}.");
        }

        DataViewSchema.Column column = input.Schema[columnName];
        if (column.Type is not NumberDataViewType)
            throw SchemaErrors.WrongType(nameof(columnName), "filter", columnName, "number", column.Type.ToString()!);
        return new FilteredDataView(input, [column], row =>
        {
            Func<double> read = (Func<double>)GenericCall.Invoke(NumberReader<int>, column.Type.RawType, row, column);
            return () => read() is double value && value >= lowerBound && value < upperBound;
        });
    }

    private static Func<double> NumberReader<T>(DataViewRow row, DataViewSchema.Column column)
        where T : struct, System.Numerics.INumber<T>
    {
        Func<T> read = MemberReader.Create<T>(row, column);
        return () => double.CreateSaturating(read());
    }

    private TrainTestData Split(IDataView data, double from, double to, string? keyColumn, int? seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        SplitPlaces places = new(data.Schema, keyColumn, seed ?? _environment.Seed ?? 42);
        FilteredDataView Part(bool inside) => new(data, places.Inputs, row =>
        {
            Func<double> place = places.Bind(row);
            return () => place() is double value && (value >= from && value < to) == inside;
        });

        return new TrainTestData(Part(false), Part(true));
    }

    /// <summary>The two parts of a split.</summary>
    public struct TrainTestData
    {
        public readonly IDataView TrainSet;

        public readonly IDataView TestSet;

        internal TrainTestData(IDataView trainSet, IDataView testSet)
        {
            TrainSet = trainSet;
            TestSet = testSet;
        }
    }
}
