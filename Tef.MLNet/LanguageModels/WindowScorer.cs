using Tef.Core.Models;

namespace Tef.MLNet.LanguageModels;

/// <summary>Scores sequences of any length: longer ones in windows of the context that overlap by one token.</summary>
internal static class WindowScorer
{
    /// <summary>What the model says about a sequence of at least one token.</summary>
    public static SequenceScore Score(ILanguageModel model, ReadOnlySpan<int> tokens)
    {
        int context = model.Options.Context;
        if (tokens.Length <= context || context < 2)
            return model.Score(tokens);

        int count = tokens.Length;
        int layers = model.Options.LayerCount;
        var losses = new List<float>(tokens.Length - 1);
        double[] keptTokens = new double[layers];
        List<float>[] gates = [.. Enumerable.Range(0, layers).Select(_ => new List<float>())];
        List<bool>[] kept = [.. Enumerable.Range(0, layers).Select(_ => new List<bool>())];
        for (int start = 0; start < tokens.Length - 1; start += context - 1)
        {
            SequenceScore window = model.Score(tokens.Slice(start, Math.Min(context, tokens.Length - start)));
            losses.AddRange(window.TokenLosses);

            // The first token of a later window was the last of the one before.
            int repeated = start == 0 ? 0 : 1;
            int length = window.TokenLosses.Length + 1;
            for (int layer = 0; layer < layers; layer++)
            {
                gates[layer].AddRange(window.Gates[layer].Skip(repeated));
                kept[layer].AddRange(window.Kept[layer].Skip(repeated));
                keptTokens[layer] += window.Kept[layer].Length == 0
                    ? window.KeptShare[layer] * (length - repeated)
                    : window.Kept[layer].Skip(repeated).Count(keep => keep);
            }
        }

        return new SequenceScore(
            [.. losses],
            Array.ConvertAll(keptTokens, tokensKept => (float)(tokensKept / count)),
            [.. gates.Select(layer => layer.ToArray())],
            [.. kept.Select(layer => layer.ToArray())]);
    }
}
