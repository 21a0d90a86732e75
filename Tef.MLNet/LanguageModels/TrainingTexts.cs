using Tef.Core.Data;
using Tef.Core.Training;

namespace Tef.MLNet.LanguageModels;

/// <summary>The texts of a run, and the files behind them if they lie in files.</summary>
internal sealed class TrainingTexts(TrainingData data, SplitTokens? texts = null) : IDisposable
{
    public TrainingData Data { get; } = data;

    public void Dispose() => texts?.Dispose();
}
