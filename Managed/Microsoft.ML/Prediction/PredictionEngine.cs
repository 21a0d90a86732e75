using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Applies a transformer to one object at a time. Not for use by two threads at once.</summary>
public abstract class PredictionEngineBase<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly ObjectRow<TSrc> _input;
    private readonly DataViewRow _output;
    private readonly Action<TDst> _fill;
    private readonly ITransformer? _owned;
    private bool _disposed;

    private protected PredictionEngineBase(ITransformer transformer, PredictionEngineOptions options)
    {
        if (!transformer.IsRowToRowMapper)
        {
            throw new ArgumentOutOfRangeException(
                nameof(transformer), $"{transformer.GetType()} does not turn one row into one row, so it cannot serve single objects.");
        }

        _input = new ObjectRow<TSrc>(new ObjectGetters<TSrc>(
            MemberColumn.Create(typeof(TSrc), options.InputSchemaDefinition, SchemaDefinition.Direction.Read)));
        IRowToRowMapper mapper = transformer.GetRowToRowMapper(_input.Schema);
        OutputSchema = mapper.OutputSchema;
        ObjectSetters<TDst> setters = new(OutputSchema, options.OutputSchemaDefinition, options.IgnoreMissingColumns);

        // Columns that the output has no member for are not computed.
        _output = mapper.GetRow(_input, setters.Columns);
        _fill = setters.Bind(_output);
        _owned = options.OwnsTransformer ? transformer : null;
    }

    public DataViewSchema OutputSchema { get; }

    public TDst Predict(TSrc example)
    {
        TDst prediction = new();
        Predict(example, ref prediction);
        return prediction;
    }

    /// <summary>Fills an object that the caller has.</summary>
    public abstract void Predict(TSrc example, ref TDst prediction);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _output.Dispose();
        (_owned as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void Apply(TSrc example, TDst prediction)
    {
        ArgumentNullException.ThrowIfNull(example);
        ObjectDisposedException.ThrowIf(_disposed, this);
        _input.MoveTo(example);
        _fill(prediction);
    }
}

/// <inheritdoc/>
public sealed class PredictionEngine<TSrc, TDst> : PredictionEngineBase<TSrc, TDst>
    where TSrc : class
    where TDst : class, new()
{
    internal PredictionEngine(ITransformer transformer, PredictionEngineOptions options)
        : base(transformer, options)
    {
    }

    public override void Predict(TSrc example, ref TDst prediction)
    {
        prediction ??= new TDst();
        Apply(example, prediction);
    }
}
