using Tef.Core.Filtering;
using Tef.Core.HuggingFace;
using Tef.Core.Models;

namespace Tef.MLNet;

/// <summary>A GPT-2 with or without token filtering, how to train it and what to add to rows.</summary>
public sealed record TefGpt2Options : LanguageModelEstimatorOptions
{
    /// <summary>
    /// A folder of the Hugging Face hub (<c>config.json</c> and weights) to start from instead of fresh weights. Its sizes are used,
    /// and options that say something else than the folder and their own default are an error. Token filters that the folder
    /// lacks start by keeping everything; when <see cref="Tef"/> is null, those of the folder are used.
    /// </summary>
    public string? Pretrained { get; init; }

    /// <summary>Takes the model of <see cref="Pretrained"/> as it is: <c>Fit</c> reads no rows.</summary>
    public bool SkipTraining { get; init; }

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

    /// <summary>Added to the variance in layer norms.</summary>
    public float LayerNormEpsilon { get; init; } = 1e-5f;

    /// <summary>Standard deviation of the initial weights.</summary>
    public float InitializerRange { get; init; } = 0.02f;

    /// <summary>Token filtering; none when null.</summary>
    public TefOptions? Tef { get; init; }

    internal override string Stage => "TefGpt2";

    internal override bool Trains => !SkipTraining;

    internal override HubFolder? OpenPretrained() => Pretrained is null ? null : HubFolder.Open(Pretrained);

    internal override LanguageModelOptions CreateModelOptions(int vocabularySize)
    {
        if (OpenPretrained() is { } folder)
            return FromFolder(folder.Options);
        if (SkipTraining)
            throw new ArgumentException("SkipTraining needs Pretrained, the folder of a trained model.");
        return FromSizes(vocabularySize);
    }

    private Gpt2Options FromFolder(Gpt2Options folder)
    {
        var defaults = new TefGpt2Options();
        Agree(nameof(Layers), Layers, defaults.Layers, folder.Layers);
        Agree(nameof(Width), Width, defaults.Width, folder.Width);
        Agree(nameof(Heads), Heads, defaults.Heads, folder.Heads);
        Agree(nameof(Context), Context, defaults.Context, folder.Context);
        Agree(nameof(FeedForwardWidth), FeedForwardWidth, defaults.FeedForwardWidth, folder.InnerWidth);
        Agree(nameof(LayerNormEpsilon), LayerNormEpsilon, defaults.LayerNormEpsilon, folder.LayerNormEpsilon);
        Agree(
            nameof(Architecture), Architecture, defaults.Architecture.WithDropoutOf(Architecture),
            folder.Architecture.WithDropoutOf(Architecture));
        return folder with
        {
            Dropout = Dropout,
            Architecture = folder.Architecture.WithDropoutOf(Architecture),
            Tef = Tef ?? folder.Tef,
        };
    }

    private void Agree<T>(string option, T value, T unset, T folder)
        where T : IEquatable<T>
    {
        if (!value.Equals(unset) && !value.Equals(folder))
            throw new ArgumentException($"{option} is {value}, but the model in '{Pretrained}' has {folder}. Leave {option} unset.", option);
    }

    private Gpt2Options FromSizes(int vocabularySize) => new()
    {
        VocabularySize = vocabularySize,
        Context = Context,
        Layers = Layers,
        Width = Width,
        Heads = Heads,
        FeedForwardWidth = FeedForwardWidth,
        Dropout = Dropout,
        Architecture = Architecture,
        LayerNormEpsilon = LayerNormEpsilon,
        InitializerRange = InitializerRange,
        Tef = Tef,
    };
}
