using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Generation;
using Tef.Core.Training;
using Tef.MLNet;
using Tef.Tests.MLNet.Fakes;

namespace Tef.Tests.MLNet;

/// <summary>Contexts and pipelines that train in a moment.</summary>
internal static class Pipelines
{
    /// <summary>As many tokens as the made-up stories give merges for.</summary>
    public const int VocabularySize = 340;

    public static MLContext CreateContext(int seed = 42) => new MLContext(seed).UseTef(tef => tef.AddBigram());

    public static IDataView Stories(MLContext ml, int count = 200, int seed = 1) =>
        ml.Data.LoadFromEnumerable(Corpus.Stories(count, seed));

    public static TefGpt2Options SmallModel => new()
    {
        Layers = 3,
        Width = 8,
        Heads = 2,
        Context = 32,
        GatesColumnName = "Gates",
        Training = new TrainingOptions { BatchSize = 4 },
    };

    public static GenerationOptions ShortTexts => new() { MaxNewTokens = 12, TopP = 0.95f };

    public static EstimatorChain<LanguageModelTransformer> Scoring(MLContext ml, TefGpt2Options? options = null) =>
        ml.Transforms.TokenizeText("Tokens", "Text", VocabularySize)
            .Append(ml.Transforms.TefGpt2("Tokens", options ?? SmallModel));

    public static EstimatorChain<TextGeneratingTransformer> Generating(MLContext ml, GenerationOptions? options = null) =>
        Scoring(ml).Append(ml.Transforms.GenerateText("Continuation", options ?? ShortTexts));
}
