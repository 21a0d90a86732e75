namespace Tef.Core.Tracking;

/// <summary>The names under which a training run reports its numbers.</summary>
public static class MetricNames
{
    /// <summary>Mean nats per token of the step's batch.</summary>
    public const string TrainLoss = "train/loss";

    /// <summary>Learning rate of the step.</summary>
    public const string LearningRate = "train/learning_rate";

    /// <summary>2-norm of the gradient before clipping.</summary>
    public const string GradientNorm = "train/gradient_norm";

    /// <summary>Tokens predicted per second over the recent steps.</summary>
    public const string TokensPerSecond = "train/tokens_per_second";

    /// <summary>Tokens predicted so far.</summary>
    public const string TokensSeen = "train/tokens";

    /// <summary>Passes over the training text, with fraction.</summary>
    public const string Epoch = "train/epoch";

    /// <summary>Seconds of training so far.</summary>
    public const string Seconds = "train/seconds";

    /// <summary>Mean nats per token of the validation text.</summary>
    public const string ValidLoss = "valid/loss";

    /// <summary>Perplexity on the validation text.</summary>
    public const string ValidPerplexity = "valid/perplexity";

    /// <summary>Bits per byte of the validation text, where its bytes are known.</summary>
    public const string ValidBitsPerByte = "valid/bits_per_byte";

    /// <summary>Share of the tokens of the validation text that had the highest probability.</summary>
    public const string ValidAccuracy = "valid/accuracy";

    /// <summary>Unlikelihood loss of the step before its weight, where there is one.</summary>
    public const string Unlikelihood = "train/unlikelihood";

    /// <summary>Loss on the gates of token filters with its weight, where there is one.</summary>
    public const string GateLoss = "train/gate_loss";

    /// <summary>Bytes that tensors hold outside the managed heap.</summary>
    public const string NativeBytes = "memory/native_bytes";

    /// <summary>Bytes of the managed heap.</summary>
    public const string ManagedBytes = "memory/managed_bytes";

    /// <summary>The beginning of the names of the shares of tokens that the blocks computed in a step.</summary>
    public const string KeptSharePrefix = "kept/block_";

    /// <summary>The beginning of the names of those shares on the validation text.</summary>
    public const string ValidKeptSharePrefix = "valid_kept/block_";

    /// <summary>Share of tokens that a block computed in a step.</summary>
    /// <param name="block">The block, counted from zero.</param>
    public static string KeptShare(int block) => $"{KeptSharePrefix}{block:00}";

    /// <summary>Share of tokens that a block computed on the validation text.</summary>
    /// <param name="block">The block, counted from zero.</param>
    public static string ValidKeptShare(int block) => $"{ValidKeptSharePrefix}{block:00}";

    /// <summary>The name of the histogram of a block's gates.</summary>
    /// <param name="block">The block, counted from zero.</param>
    public static string Gates(int block) => $"gates/block_{block:00}";
}
