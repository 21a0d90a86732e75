using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

/// <summary>GPT-2's split around special tokens, by a scanner instead of a regular expression.</summary>
internal sealed class Gpt2Split(SpecialTokenSet? specialTokens)
{
    /// <summary>A walk over the pieces of a text.</summary>
    public Gpt2Pieces Walk() => new(specialTokens);

    /// <summary>The pieces of a text, one by one as they are asked for.</summary>
    public IEnumerable<(int Offset, int Length)> Split(string text)
    {
        Gpt2Pieces pieces = Walk();
        while (pieces.MoveNext(text))
            yield return (pieces.Offset, pieces.Length);
    }
}
