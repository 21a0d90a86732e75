using System.Text;
using Tef.Core.Data;
using Tef.Core.Models;

namespace Tef.Core.Runs;

/// <summary>What a model says about one document, from its first token to the end-of-text token behind it.</summary>
/// <param name="PredictedTokens">Tokens predicted, the end-of-text token included.</param>
/// <param name="Bytes">UTF-8 bytes of the text.</param>
/// <param name="Nats">Sum of the losses.</param>
/// <param name="KeptShare">Share of tokens that each block computed, <c>[L]</c>.</param>
public sealed record DocumentScore(int PredictedTokens, long Bytes, double Nats, IReadOnlyList<float> KeptShare)
{
    /// <summary>Mean nats per token.</summary>
    public double Loss => Nats / PredictedTokens;

    /// <summary>The exponential of <see cref="Loss"/>.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Total nats / ln 2 / bytes; zero for an empty text.</summary>
    public double BitsPerByte => Bytes == 0 ? 0 : Nats / Math.Log(2) / Bytes;

    /// <summary>Scores a document; one longer than the context in windows that predict each token once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="text">The document.</param>
    /// <param name="codes">
    /// Ids before the document that are given and not predicted, such as the control codes of its meta
    /// (<see cref="ControlCodes.Prefix"/>); none when null.
    /// </param>
    public static DocumentScore Of(ILanguageModel model, RunTokenizer tokenizer, string text, IReadOnlyList<int>? codes = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        codes ??= [];
        int[] tokens = [tokenizer.EndOfTextId, .. codes, .. tokenizer.Encode(text), tokenizer.EndOfTextId];
        double nats = 0;
        double[] kept = new double[model.Options.LayerCount];
        int scored = 0;

        // Neighbouring windows share a token: the last target of one is the first input of the next.
        for (int start = 0; start < tokens.Length - 1; start += model.Options.Context - 1)
        {
            int length = Math.Min(model.Options.Context, tokens.Length - start);
            SequenceScore score = model.Score(tokens.AsSpan(start, length));
            nats += score.TokenLosses.Skip(Math.Max(0, codes.Count - start)).Sum(loss => (double)loss);
            for (int layer = 0; layer < kept.Length; layer++)
                kept[layer] += score.KeptShare[layer] * length;
            scored += length;
        }

        return new DocumentScore(
            tokens.Length - 1 - codes.Count,
            Encoding.UTF8.GetByteCount(text),
            nats,
            Array.ConvertAll(kept, sum => (float)(sum / scored)));
    }
}
