namespace Tef.Core.Data;

/// <summary>
/// Training batches of a text. A batch is a function of seed and step, so there is no position to save: a run resumes at any step.
/// </summary>
public interface ITokenBatches
{
    /// <summary>Batches of one pass over the text, rounded up.</summary>
    long BatchesPerEpoch { get; }

    /// <summary>Passes over the text, with fraction, once the steps before <paramref name="step"/> are done.</summary>
    /// <param name="step">Number of batches read.</param>
    double EpochAt(long step);

    /// <summary>Tokens that were predicted once the steps before <paramref name="step"/> are done; padding is none.</summary>
    /// <param name="step">Number of batches read.</param>
    long TokensAt(long step);

    /// <summary>Reads a batch. Safe to call from many threads.</summary>
    /// <param name="step">The batch, counted from zero; there is no last one.</param>
    TokenBatch Read(long step);
}
