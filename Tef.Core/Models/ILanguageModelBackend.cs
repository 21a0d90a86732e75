using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Training;

namespace Tef.Core.Models;

/// <summary>What computes: creates, trains, evaluates, loads and saves models of every family it knows.</summary>
public interface ILanguageModelBackend
{
    /// <summary>The name by which options choose this backend, such as <c>torch</c>.</summary>
    string Name { get; }

    /// <summary>Creates a model with fresh weights.</summary>
    /// <param name="options">A complete configuration; it is validated.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    ILanguageModel Create(LanguageModelOptions options, int seed);

    /// <summary>Creates a model with stored weights.</summary>
    /// <param name="options">The configuration that the weights were stored with.</param>
    /// <param name="weights">Safetensors, as <see cref="ILanguageModel.SaveWeights(Stream)"/> writes them.</param>
    /// <exception cref="InvalidDataException">
    /// The data is damaged, or lists tensors that are missing, surplus or of another shape.
    /// </exception>
    ILanguageModel Load(LanguageModelOptions options, Stream weights);

    /// <summary>
    /// Creates a model from published weights. They may lack the token filters that the options ask for: scorers that they lack
    /// start by keeping every token and changing nothing, as far as their selector lets them.
    /// </summary>
    /// <param name="options">A complete configuration; it is validated.</param>
    /// <param name="weights">The weights, with Hugging Face names. They are read once and may be disposed afterwards.</param>
    /// <exception cref="InvalidDataException">
    /// The data is damaged, or lists tensors that are missing, surplus or of another shape.
    /// </exception>
    /// <exception cref="NotSupportedException">This backend cannot start from published weights.</exception>
    ILanguageModel Load(LanguageModelOptions options, IWeightSource weights) =>
        throw new NotSupportedException($"The backend '{Name}' cannot start from published weights.");

    /// <summary>
    /// Trains a model in place. When cancelled it returns normally; the model then holds the best weights so far.
    /// </summary>
    /// <param name="model">A model of this backend that no other thread uses.</param>
    /// <param name="data">Text to train on and, if any, to validate on.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told about every step and every validation; called on the training thread.</param>
    /// <param name="cancellation">Stops training after the current step.</param>
    TrainingResult Train(
        ILanguageModel model,
        TrainingData data,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default);

    /// <summary>
    /// Looks for a learning rate by a range test: steps with a rising rate until the loss explodes. The model ends as it began.
    /// </summary>
    /// <param name="model">A model of this backend that no other thread uses.</param>
    /// <param name="data">Text to train on.</param>
    /// <param name="options">How to train; the learning rate of matrices rises in its proportion to the other.</param>
    /// <param name="search">Range and steps; defaults when null.</param>
    /// <param name="progress">Told about every step.</param>
    /// <param name="cancellation">Stops the test after the current step, with what it has.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the text is too short.</exception>
    /// <exception cref="NotSupportedException">This backend has no such test.</exception>
    LearningRateCurve FindLearningRate(
        ILanguageModel model,
        TrainingData data,
        TrainingOptions options,
        LearningRateSearchOptions? search = null,
        IProgress<LearningRatePoint>? progress = null,
        CancellationToken cancellation = default) =>
        throw new NotSupportedException($"The backend '{Name}' has no learning-rate range test.");

    /// <summary>Measures a model on a text; every token after the first is predicted once.</summary>
    /// <param name="model">A model of this backend.</param>
    /// <param name="tokens">The text.</param>
    /// <param name="options">Windows and batch size; defaults when null.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    EvaluationResult Evaluate(
        ILanguageModel model, ITokenSource tokens, EvaluationOptions? options = null, CancellationToken cancellation = default);

    /// <summary>
    /// Finds the score thresholds by which every block with a token filter keeps a share of the tokens of a text: the
    /// <c>1 − keep</c> quantiles of the scores, each block seeing what those before it kept.
    /// </summary>
    /// <param name="model">A model of this backend with token filters; it stays as it is.</param>
    /// <param name="tokens">The text; some thousand tokens suffice.</param>
    /// <param name="keep">The share to keep, above 0 and at most 1.</param>
    /// <param name="options">Windows and batch size; their filter is not used. Defaults when null.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The model has no filters, the text is too short, or the share is out of range.</exception>
    /// <exception cref="NotSupportedException">This backend cannot.</exception>
    FilterOverride Calibrate(
        ILanguageModel model,
        ITokenSource tokens,
        float keep,
        EvaluationOptions? options = null,
        CancellationToken cancellation = default) =>
        throw new NotSupportedException($"The backend '{Name}' cannot calibrate token filters.");
}
