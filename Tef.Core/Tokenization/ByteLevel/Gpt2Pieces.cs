using System.Runtime.CompilerServices;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>
/// Walks over the pieces of a text: special tokens, and between them the words of <see cref="Gpt2Scanner"/>.
/// It holds positions only, so the same text goes into every call.
/// </summary>
/// <param name="specialTokens">Tokens that are pieces wherever they are found.</param>
internal struct Gpt2Pieces(SpecialTokenSet? specialTokens)
{
    private int _end = -1;
    private int _specialLength;
    private int _nextSpecial;

    /// <summary>Where the piece begins.</summary>
    public int Offset { get; private set; }

    /// <summary>Code units of the piece.</summary>
    public int Length { get; private set; }

    /// <summary>The index of the special token that the piece is; negative for a word.</summary>
    public int Special { get; private set; } = -1;

    /// <summary>Whether the piece is a special token.</summary>
    public readonly bool IsSpecial => Special >= 0;

    /// <summary>Goes to the next piece of the text; false at its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext(ReadOnlySpan<char> text)
    {
        int start = Offset + Length;
        if (start >= _end)
            return MoveToSegment(text, start);

        Special = -1;
        Offset = start;
        Length = Gpt2Scanner.NextEnd(text[.._end], start) - start;
        return true;
    }

    // A segment of words is over: what follows is a special token, another segment or nothing.
    private bool MoveToSegment(ReadOnlySpan<char> text, int start)
    {
        if (_specialLength > 0)
        {
            (Offset, Length, Special) = (start, _specialLength, _nextSpecial);
            _specialLength = 0;
            _end = -1;
            return true;
        }

        if (start >= text.Length)
            return false;

        _end = text.Length;
        int found = specialTokens?.IndexOf(text, start, out _nextSpecial) ?? -1;
        if (found >= 0)
        {
            _end = found;
            _specialLength = specialTokens![_nextSpecial].Length;
        }

        return MoveNext(text);
    }
}
