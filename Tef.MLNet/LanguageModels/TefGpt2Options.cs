using Tef.Core.Filtering;
using Tef.Core.Models;

namespace Tef.MLNet;

/// <summary>A GPT-2 with or without token filtering, how to train it and what to add to rows.</summary>
public sealed record TefGpt2Options : LanguageModelEstimatorOptions
{
    /// <summary>Number of blocks, <c>L</c>.</summary>
    public int Layers { get; init; } = 6;

    /// <summary>Width of the residual stream, <c>C</c>; a multiple of <see cref="Heads"/>.</summary>
    public int Width { get; init; } = 256;

    /// <summary>Attention heads of a block, <c>H</c>.</summary>
    public int Heads { get; init; } = 8;

    /// <summary>Width of the feed-forward layer; four times <see cref="Width"/> when zero.</summary>
    public int FeedForwardWidth { get; init; }

    /// <summary>Share of values dropped after embeddings, attention weights and residual branches while training.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>Added to the variance in layer norms.</summary>
    public float LayerNormEpsilon { get; init; } = 1e-5f;

    /// <summary>Standard deviation of the initial weights.</summary>
    public float InitializerRange { get; init; } = 0.02f;

    /// <summary>Token filtering; none when null.</summary>
    public TefOptions? Tef { get; init; }

    internal override string Stage => "TefGpt2";

    internal override LanguageModelOptions CreateModelOptions(int vocabularySize) => new Gpt2Options
    {
        VocabularySize = vocabularySize,
        Context = Context,
        Layers = Layers,
        Width = Width,
        Heads = Heads,
        FeedForwardWidth = FeedForwardWidth,
        Dropout = Dropout,
        LayerNormEpsilon = LayerNormEpsilon,
        InitializerRange = InitializerRange,
        Tef = Tef,
    };
}
