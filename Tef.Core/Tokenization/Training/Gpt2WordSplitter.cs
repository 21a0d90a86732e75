using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.Training;

/// <summary>The words of GPT-2 between special tokens.</summary>
internal sealed class Gpt2WordSplitter(IReadOnlyList<string> specialTokens) : IWordSplitter
{
    private readonly SpecialTokenSet? _specialTokens = specialTokens.Count == 0 ? null : new SpecialTokenSet(specialTokens);

    public bool MayCutLines => _specialTokens?.HasLineEnd != true;

    public void AddWords(ReadOnlySpan<char> text, bool begins, WordCounter words)
    {
        var pieces = new Gpt2Pieces(_specialTokens);
        while (pieces.MoveNext(text))
        {
            if (!pieces.IsSpecial)
                words.Add(text.Slice(pieces.Offset, pieces.Length), 1);
        }
    }
}
