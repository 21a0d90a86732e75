using Tef.Core.Data;
using Tef.Core.Models;

namespace Tef.Core.Training;

/// <summary>What a model loses when its weights are stored in fewer bits.</summary>
/// <param name="Precision">How the weights were stored.</param>
/// <param name="Full">The model with float32 weights.</param>
/// <param name="Reduced">The model with the stored weights, on the same text.</param>
public sealed record PrecisionCost(InferencePrecision Precision, EvaluationResult Full, EvaluationResult Reduced)
{
    /// <summary>Change of the perplexity as a share of that with float32: 0.01 is one percent worse.</summary>
    public double PerplexityChange => (Reduced.Perplexity / Full.Perplexity) - 1;

    /// <summary>Measures a model twice on the same text.</summary>
    /// <param name="backend">The backend of the model.</param>
    /// <param name="model">The model; its weights stay as they are.</param>
    /// <param name="tokens">At least two tokens.</param>
    /// <param name="precision">How to store the weights.</param>
    /// <param name="options">Windows and batch size; their precision is not used. Defaults when null.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The text is too short, or the options are out of range.</exception>
    public static PrecisionCost Measure(
        ILanguageModelBackend backend,
        ILanguageModel model,
        ITokenSource tokens,
        InferencePrecision precision,
        EvaluationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(backend);
        options ??= new EvaluationOptions();
        EvaluationResult At(InferencePrecision at) => backend.Evaluate(model, tokens, options with { Precision = at }, cancellation);
        return new PrecisionCost(precision, At(InferencePrecision.Float32), At(precision));
    }
}
