using Microsoft.ML;
using Tef.Core;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.MLNet;

/// <summary>How an estimator trains a language model and what its transformer adds to rows: the part that all families share.</summary>
public abstract record LanguageModelEstimatorOptions
{
    private protected LanguageModelEstimatorOptions()
    {
    }

    /// <summary>Longest sequence of the model in tokens, <c>T</c>.</summary>
    public int Context { get; init; } = 256;

    /// <summary>How to train. Its seed is replaced by <see cref="Seed"/>.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>
    /// Drives initial weights, the choice of validation rows, the order of sequences and dropout. When null, a number that depends
    /// on the seed of the <see cref="MLContext"/> alone.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>
    /// Share of the rows that are kept from training to measure on, between 0 and 0.9; unused with <see cref="Validation"/>.
    /// A row's fate depends on the seed and its position.
    /// </summary>
    public double ValidationShare { get; init; } = 0.05;

    /// <summary>
    /// Rows to measure on while training: with the column of token ids, or with the column of text that the pipeline tokenizes.
    /// </summary>
    public IDataView? Validation { get; init; }

    /// <summary>
    /// Folder for the token ids of the rows, so that later runs read them from disk instead of tokenizing again; they are made anew
    /// when text, tokenizer or the division of the rows change. Held in memory when null.
    /// </summary>
    public string? TokenCacheFolder { get; init; }

    /// <summary>Told about every step and every validation, on the thread that calls <c>Fit</c>.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Ends training after the current step; <c>Fit</c> then returns a model with the best weights so far.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Column for the mean nats per predicted token.</summary>
    public string LossColumnName { get; init; } = "Loss";

    /// <summary>Column for the exponential of the loss.</summary>
    public string PerplexityColumnName { get; init; } = "Perplexity";

    /// <summary>Column for the share of tokens that each block computed, <c>[L]</c>.</summary>
    public string KeptShareColumnName { get; init; } = "KeptShare";

    /// <summary>
    /// Column for the gates of the blocks that have a filter, one block after the other, a gate per token; no such column when null.
    /// </summary>
    public string? GatesColumnName { get; init; }

    /// <summary>
    /// Column for whether each block that has a filter kept a token, in the order of the gates; no such column when null.
    /// </summary>
    public string? KeptColumnName { get; init; }

    /// <summary>What scoring does with rows longer than the context.</summary>
    public LongRows LongRows { get; init; }

    /// <summary>The name of the stage in messages, which is that of its catalog extension.</summary>
    internal abstract string Stage { get; }

    /// <summary>Whether <c>Fit</c> trains; otherwise the model stays as the folder of <see cref="OpenPretrained"/> has it.</summary>
    internal virtual bool Trains => true;

    /// <summary>The published model to start from; null for fresh weights.</summary>
    internal virtual HubFolder? OpenPretrained() => null;

    internal abstract LanguageModelOptions CreateModelOptions(int vocabularySize);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Training);
        Training.Validate();
        OptionGuard.Between(ValidationShare, 0, 0.9);
        if (TokenCacheFolder?.Length == 0)
            throw new ArgumentException("TokenCacheFolder must not be empty.", nameof(TokenCacheFolder));

        // The vocabulary is not known yet; every other option can be checked before rows are read.
        LanguageModelOptions model = CreateModelOptions(vocabularySize: 1);
        model.Validate();
        if (Training.SequenceLength > model.Context)
        {
            throw new ArgumentException(
                $"Training.SequenceLength must be at most the model's Context, but {Training.SequenceLength} is more than {model.Context}.");
        }
    }
}
