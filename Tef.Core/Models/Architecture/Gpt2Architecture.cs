namespace Tef.Core.Models;

/// <summary>
/// What can be exchanged inside a GPT-2 besides its sizes. Every default is that of the published models; any combination works,
/// with token filters and cached decoding too.
/// </summary>
public sealed record Gpt2Architecture
{
    /// <summary>How the model knows where a token stands.</summary>
    public PositionEncoding Positions { get; init; } = PositionEncoding.Learned;

    /// <summary>The base of the angles of <see cref="PositionEncoding.Rotary"/> positions: pair <c>i</c> turns by <c>base^(−2i/D)</c> per token.</summary>
    public float RotaryBase { get; init; } = 10_000f;

    /// <summary>How rows are normalised.</summary>
    public NormKind Norm { get; init; } = NormKind.LayerNorm;

    /// <summary>Where blocks normalise.</summary>
    public NormPlacement NormPlacement { get; init; } = NormPlacement.Pre;

    /// <summary>What stands between the two matrices of a feed-forward layer.</summary>
    public FeedForwardActivation Activation { get; init; } = FeedForwardActivation.GeluTanh;

    /// <summary>Whether the matrix that gives logits is the token embedding; otherwise the head has its own, <c>lm_head.weight</c>.</summary>
    public bool TieHead { get; init; } = true;

    /// <summary>Whether linear layers and layer norms add a bias.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// Heads of keys and values, each shared by as many heads of queries (Ainslie et al., "GQA: Training Generalized Multi-Query
    /// Transformer Models from Multi-Head Checkpoints", 2023); as many as <see cref="Gpt2Options.Heads"/> when zero. One is
    /// multi-query attention. The cache of decoding shrinks with them.
    /// </summary>
    public int KeyValueHeads { get; init; }

    /// <summary>How large fresh weights are.</summary>
    public WeightInitialization Initialization { get; init; } = WeightInitialization.Gpt2;

    /// <summary>Share of the embedding's values dropped while training; <see cref="Gpt2Options.Dropout"/> when null.</summary>
    public float? EmbeddingDropout { get; init; }

    /// <summary>Share of the attention weights dropped while training; <see cref="Gpt2Options.Dropout"/> when null.</summary>
    public float? AttentionDropout { get; init; }

    /// <summary>Share of the values between the matrices of the feed-forward layer dropped while training; GPT-2 drops none there.</summary>
    public float FeedForwardDropout { get; init; }

    /// <summary>
    /// Share of what attention and feed-forward layer add to the residual stream dropped while training;
    /// <see cref="Gpt2Options.Dropout"/> when null.
    /// </summary>
    public float? BlockDropout { get; init; }

    /// <summary>The same with the dropout of another architecture, which plays no part outside training.</summary>
    /// <param name="other">Where to take dropout from.</param>
    public Gpt2Architecture WithDropoutOf(Gpt2Architecture other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return this with
        {
            EmbeddingDropout = other.EmbeddingDropout,
            AttentionDropout = other.AttentionDropout,
            FeedForwardDropout = other.FeedForwardDropout,
            BlockDropout = other.BlockDropout,
        };
    }

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.Known(Positions);
        OptionGuard.Known(Norm);
        OptionGuard.Known(NormPlacement);
        OptionGuard.Known(Activation);
        OptionGuard.Known(Initialization);
        OptionGuard.Positive(RotaryBase);
        OptionGuard.AtLeast(KeyValueHeads, 0);
        OptionGuard.Between(FeedForwardDropout, 0, 0.99);
        OptionGuard.Between(EmbeddingDropout ?? 0, 0, 0.99, nameof(EmbeddingDropout));
        OptionGuard.Between(AttentionDropout ?? 0, 0, 0.99, nameof(AttentionDropout));
        OptionGuard.Between(BlockDropout ?? 0, 0, 0.99, nameof(BlockDropout));
    }
}
