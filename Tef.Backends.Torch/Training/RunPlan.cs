using Tef.Core.Data;
using Tef.Core.Training;

namespace Tef.Backends.Torch.Training;

/// <summary>The batches of a run and its sizes, worked out from options, text and context.</summary>
internal sealed class RunPlan : IDisposable
{
    private readonly PrefetchedBatches _batches;
    private readonly int _overfit;

    public RunPlan(ITokenSource text, TrainingOptions options, int context)
    {
        SequenceLength = options.SequenceLength > 0 ? Math.Min(options.SequenceLength, context) : context;
        _overfit = options.OverfitBatches;
        // Batches that come again and again are not ahead of each other.
        _batches = new PrefetchedBatches(
            options.Packing.CreateBatches(text, SequenceLength, options.BatchSize, options.Seed),
            _overfit > 0 ? 0 : options.PrefetchBatches);
        long batchTokens = (long)options.BatchSize * SequenceLength;
        Parts = options.TokensPerStep > 0
            ? (int)((options.TokensPerStep + batchTokens - 1) / batchTokens)
            : options.GradientAccumulation;
        long batchesPerEpoch = _overfit > 0 ? _overfit : _batches.BatchesPerEpoch;
        StepsPerEpoch = (double)batchesPerEpoch / Parts;
        ValidationInterval = options.ValidationInterval switch
        {
            0 => Math.Max(1, batchesPerEpoch / Parts),
            < 1 => Math.Max(1, (long)Math.Round(options.ValidationInterval * StepsPerEpoch)),
            _ => (long)options.ValidationInterval,
        };
    }

    /// <summary>Tokens of the longest row, <c>T</c>.</summary>
    public int SequenceLength { get; }

    /// <summary>Forward passes of a step.</summary>
    public int Parts { get; }

    /// <summary>Steps of one pass over the text.</summary>
    public double StepsPerEpoch { get; }

    /// <summary>Steps between validations.</summary>
    public long ValidationInterval { get; }

    /// <summary>Passes over the text, with fraction, once so many steps are done.</summary>
    public double EpochAt(long steps) => _overfit > 0 ? steps / StepsPerEpoch : _batches.EpochAt(steps * Parts);

    /// <summary>Tokens predicted once so many steps are done.</summary>
    public long TokensAt(long steps) => _batches.TokensAt(steps * Parts);

    /// <summary>Reads the batch of a part of a step.</summary>
    /// <param name="step">The step, counted from zero.</param>
    /// <param name="part">Which of its forward passes.</param>
    public TokenBatch Read(long step, int part)
    {
        long index = (step * Parts) + part;
        return _batches.Read(_overfit > 0 ? index % _overfit : index);
    }

    public void Dispose() => _batches.Dispose();
}
