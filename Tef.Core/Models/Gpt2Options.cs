using System.Text.Json.Serialization;
using Tef.Core.Filtering;

namespace Tef.Core.Models;

/// <summary>
/// A GPT-2 of any size (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019), with or without
/// token filtering. The defaults of what is not a size are those of the published models.
/// </summary>
public sealed record Gpt2Options : LanguageModelOptions
{
    /// <summary>Number of blocks, <c>L</c>.</summary>
    public int Layers { get; init; } = 6;

    /// <summary>Width of the residual stream, <c>C</c>; a multiple of <see cref="Heads"/>.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Attention heads of a block, <c>H</c>.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Width of the feed-forward layer; four times <see cref="Width"/> when zero, or 8/3 of it for SwiGLU.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>
    /// Share of values dropped after embeddings, attention weights and residual branches while training;
    /// <see cref="Architecture"/> can set each place apart.
    /// </summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>What can be exchanged inside the model besides its sizes; GPT-2 by default.</summary>
    public Gpt2Architecture Architecture { get; init; } = new();

    /// <summary>Added to the variance or mean square in norms.</summary>
    public float LayerNormEpsilon { get; init; } = 1e-5f;

    /// <summary>Standard deviation of the initial weights; residual projections get it divided by √(2·<see cref="Layers"/>).</summary>
    public float InitializerRange { get; init; } = 0.02f;

    /// <summary>Token filtering; none when null.</summary>
    public TefOptions? Tef { get; init; }

    /// <inheritdoc />
    [JsonIgnore]
    public override int LayerCount => Layers;

    /// <summary>The width of the feed-forward layer in use; a multiple of eight where SwiGLU's follows from <see cref="Width"/>.</summary>
    [JsonIgnore]
    public int InnerWidth => FeedForwardWidth > 0 ? FeedForwardWidth
        : Architecture.Activation == FeedForwardActivation.SwiGlu ? (((8 * Width / 3) + 7) / 8) * 8
        : 4 * Width;

    /// <summary>Numbers per head, <c>D</c>.</summary>
    [JsonIgnore]
    public int HeadSize => Width / Heads;

    /// <summary>Heads of keys and values in use.</summary>
    [JsonIgnore]
    public int KeyValueHeads => Architecture.KeyValueHeads > 0 ? Architecture.KeyValueHeads : Heads;

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        OptionGuard.AtLeast(Layers, 1);
        OptionGuard.AtLeast(Width, 1);
        OptionGuard.AtLeast(Heads, 1);
        OptionGuard.AtLeast(FeedForwardWidth, 0);
        OptionGuard.Between(Dropout, 0, 0.99);
        OptionGuard.Positive(LayerNormEpsilon);
        OptionGuard.Positive(InitializerRange);
        if (Width % Heads != 0)
            throw new ArgumentException($"Width must be a multiple of Heads, but {Width} is not a multiple of {Heads}.", nameof(Width));
        Architecture.Validate();
        if (Heads % KeyValueHeads != 0)
        {
            throw new ArgumentException(
                $"KeyValueHeads must divide Heads, but {Heads} is not a multiple of {KeyValueHeads}.", nameof(Architecture.KeyValueHeads));
        }

        if (Architecture.Positions == PositionEncoding.Rotary && HeadSize % 2 != 0)
        {
            throw new ArgumentException(
                $"Rotary positions need an even head size, Width over Heads, but it is {HeadSize}.", nameof(Architecture.Positions));
        }

        Tef?.Validate(Layers);
    }
}
