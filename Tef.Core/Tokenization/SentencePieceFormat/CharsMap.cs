using System.Buffers.Binary;

namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>
/// SentencePiece's compiled normalization rules: a double-array trie (the layout of Darts-clone) of UTF-8 prefixes, whose values
/// point to the zero-terminated texts that replace them.
/// </summary>
internal sealed class CharsMap
{
    private readonly uint[] _units;
    private readonly byte[] _texts;

    /// <exception cref="InvalidDataException">The bytes are not such a map.</exception>
    public CharsMap(ReadOnlySpan<byte> compiled)
    {
        if (compiled.Length < sizeof(uint))
            throw new InvalidDataException("The normalization rules are cut off.");

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(compiled);
        compiled = compiled[sizeof(uint)..];
        if (size == 0 || size % sizeof(uint) != 0 || size > compiled.Length)
            throw new InvalidDataException($"The normalization rules name {size} bytes, but have {compiled.Length}.");

        _units = new uint[size / sizeof(uint)];
        for (int i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(compiled[(i * sizeof(uint))..]);
        _texts = compiled[(int)size..].ToArray();
    }

    /// <summary>The text for the longest prefix that a rule is for, and the prefix's length; zero when there is none.</summary>
    public int Match(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> text)
    {
        int longest = 0;
        uint value = 0;
        uint at = Offset(_units[0]);
        for (int i = 0; i < input.Length; i++)
        {
            at ^= input[i];
            if (at >= (uint)_units.Length || Label(_units[at]) != input[i])
                break;

            uint unit = _units[at];
            at ^= Offset(unit);
            if ((unit >> 8 & 1) != 0 && at < (uint)_units.Length)
            {
                value = _units[at] & 0x7FFFFFFF;
                longest = i + 1;
            }
        }

        text = default;
        if (longest > 0)
        {
            if (value > (uint)_texts.Length)
                throw new InvalidDataException("A normalization rule points outside of the rules.");
            text = _texts.AsSpan((int)value);
            int end = text.IndexOf((byte)0);
            text = end < 0 ? text : text[..end];
        }

        return longest;
    }

    /// <summary>Whether no rule is for the byte, alone or with one of ASCII after it.</summary>
    public bool LeavesAlone(byte value)
    {
        uint at = Offset(_units[0]) ^ value;
        if (at >= (uint)_units.Length || Label(_units[at]) != value)
            return true;
        if ((_units[at] >> 8 & 1) != 0)
            return false;

        at ^= Offset(_units[at]);
        for (uint next = 0; next < 0x80; next++)
        {
            uint child = at ^ next;
            if (child < (uint)_units.Length && Label(_units[child]) == next)
                return false;
        }

        return true;
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);

    private static uint Label(uint unit) => unit & (1u << 31 | 0xFF);
}
