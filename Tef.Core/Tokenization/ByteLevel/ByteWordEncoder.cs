using System.Buffers;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>Byte-level BPE: a word begins as the tokens of its bytes, and symbols measure bytes.</summary>
/// <param name="byteIds">The id of each byte; negative for a byte that the vocabulary lacks.</param>
/// <param name="merges">The merges.</param>
/// <param name="unknownId">Stands for bytes that the vocabulary lacks; when negative they are left out.</param>
/// <param name="fuseUnknown">Whether neighbouring unknown bytes make one unknown token.</param>
internal sealed class ByteWordEncoder(int[] byteIds, MergeTable merges, int unknownId = -1, bool fuseUnknown = false)
    : MergingWordEncoder(merges)
{
    private const int StackBytes = 128;

    protected override int MaxSymbols(int chars) => Wtf8.MaxBytes(chars);

    protected override int Split(ReadOnlySpan<char> word, Span<Symbol> symbols)
    {
        int capacity = Wtf8.MaxBytes(word.Length);
        byte[]? rented = capacity > StackBytes ? ArrayPool<byte>.Shared.Rent(capacity) : null;
        Span<byte> bytes = rented is null ? stackalloc byte[StackBytes] : rented;

        int length = Wtf8.GetBytes(word, bytes);
        int count = 0;
        bool afterUnknown = false;
        foreach (byte value in bytes[..length])
        {
            int id = byteIds[value];
            if (id >= 0)
                symbols[count++] = new Symbol(id, 1);
            else if (afterUnknown && fuseUnknown)
                symbols[count - 1] = new Symbol(unknownId, symbols[count - 1].Length + 1);
            else if (unknownId >= 0)
                symbols[count++] = new Symbol(unknownId, 1);
            afterUnknown = id < 0 && unknownId >= 0;
        }

        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return count;
    }
}
