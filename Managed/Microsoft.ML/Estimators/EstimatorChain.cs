using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators one after the other: each learns from what the transformers before it make of the data.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    public readonly IEstimator<TLastTransformer> LastEstimator;

    private readonly EstimatorLink[] _links;

    public EstimatorChain()
        : this([], null!)
    {
    }

    internal EstimatorChain(EstimatorLink[] links, IEstimator<TLastTransformer> last)
    {
        _links = links;
        LastEstimator = last;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);

        // Every estimator sees its columns before the first of them starts to work.
        GetOutputSchema(SchemaShape.Create(input.Schema));
        ITransformer[] transformers = new ITransformer[_links.Length];
        IDataView current = input;
        for (int i = 0; i < _links.Length; i++)
        {
            transformers[i] = _links[i].Estimator.Fit(current);
            if (i == _links.Length - 1)
                break;
            current = transformers[i].Transform(current);
            if (_links[i].CacheAfter)
                current = new CacheDataView(current, []);
        }

        return new TransformerChain<TLastTransformer>(transformers, _links.Select(link => link.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return _links.Aggregate(inputSchema, (schema, link) => link.Estimator.GetOutputSchema(schema));
    }

    public EstimatorChain<TNewTrans> Append<TNewTrans>(
        IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new EstimatorChain<TNewTrans>([.. _links, new EstimatorLink(estimator, scope, false)], estimator);
    }

    /// <summary>Keeps what the chain so far makes of the training data in memory for the estimators that follow.</summary>
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        ArgumentNullException.ThrowIfNull(env);
        if (_links.Length == 0)
            throw new InvalidOperationException("The chain has no estimator yet after which to cache.");
        return new EstimatorChain<TLastTransformer>([.. _links[..^1], _links[^1] with { CacheAfter = true }], LastEstimator);
    }
}

/// <summary>An estimator in a chain.</summary>
internal sealed record EstimatorLink(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter);
