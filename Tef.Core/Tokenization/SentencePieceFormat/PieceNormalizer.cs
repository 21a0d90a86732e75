using System.Buffers;
using System.Text;

namespace Tef.Core.Tokenization.SentencePieceFormat;

/// <summary>
/// SentencePiece's normalization: the model's replacement rules, runs of spaces made one, a space put before the text, spaces
/// written as U+2581.
/// </summary>
internal sealed class PieceNormalizer
{
    public const char EscapedSpace = '\u2581';

    private readonly bool _removeExtraWhiteSpaces;
    private readonly bool _treatWhitespaceAsSuffix;
    private readonly bool _escapeWhiteSpaces;
    private readonly CharsMap? _rules;
    private readonly byte[][] _untouched = [];
    private readonly bool[] _plain = new bool[256];

    /// <param name="removeExtraWhiteSpaces">Whether spaces at the ends go and runs of them become one.</param>
    /// <param name="escapeWhiteSpaces">Whether spaces are written as U+2581.</param>
    /// <param name="treatWhitespaceAsSuffix">Whether the space of a text is put after it and not before.</param>
    public PieceNormalizer(bool removeExtraWhiteSpaces, bool escapeWhiteSpaces, bool treatWhitespaceAsSuffix)
    {
        _removeExtraWhiteSpaces = removeExtraWhiteSpaces;
        _escapeWhiteSpaces = escapeWhiteSpaces;
        _treatWhitespaceAsSuffix = treatWhitespaceAsSuffix;
        _plain.AsSpan(0, 0x80).Fill(true);
        _plain[' '] = false;
    }

    public PieceNormalizer(SentencePieceModel model)
        : this(model.RemoveExtraWhiteSpaces, model.EscapeWhiteSpaces, model.TreatWhitespaceAsSuffix)
    {
        if (model.CharsMap.Length > 0)
            _rules = new CharsMap(model.CharsMap);
        _untouched =
        [
            .. model.Pieces
                .Where(piece => piece.Kind == SentencePieceModel.PieceKind.UserDefined)
                .Select(piece => Encoding.UTF8.GetBytes(piece.Text))
                .OrderByDescending(bytes => bytes.Length),
        ];
        foreach (byte[] piece in _untouched)
            _plain[piece[0]] = false;
        for (int value = 0; value < 0x80; value++)
            _plain[value] &= _rules?.LeavesAlone((byte)value) ?? true;
    }

    /// <summary>Normalizes a text, or a part of one between special tokens.</summary>
    /// <param name="original">The text.</param>
    /// <param name="addDummyPrefix">Whether a space is put at its border.</param>
    public string Normalize(ReadOnlySpan<char> original, bool addDummyPrefix)
    {
        byte[] input = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(original.Length));
        var output = new ArrayBufferWriter<byte>(original.Length + 16);
        Normalize(input.AsSpan(0, Encoding.UTF8.GetBytes(original, input)), output, addDummyPrefix);
        ArrayPool<byte>.Shared.Return(input);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private void Normalize(ReadOnlySpan<byte> input, ArrayBufferWriter<byte> output, bool addDummyPrefix)
    {
        ReadOnlySpan<byte> space = _escapeWhiteSpaces ? "\u2581"u8 : " "u8;
        bool prefixPending = addDummyPrefix && !_treatWhitespaceAsSuffix;
        bool spacePending = false;
        if (prefixPending && !_removeExtraWhiteSpaces && !input.IsEmpty)
        {
            // It stands there even when rules leave nothing of the text.
            output.Write(space);
            prefixPending = false;
        }

        bool any = false;
        while (!input.IsEmpty)
        {
            int length = PlainRun(input);
            ReadOnlySpan<byte> text = input[..length];
            if (length == 0)
                length = NormalizePrefix(input, out text);
            input = input[length..];

            while (!text.IsEmpty)
            {
                int end = text.IndexOf((byte)' ');
                if (end == 0 && _removeExtraWhiteSpaces)
                {
                    // A run of spaces becomes one when something follows it, and none at the start.
                    spacePending = any;
                    text = text[1..];
                    continue;
                }

                if (prefixPending || spacePending)
                    output.Write(space);
                prefixPending = spacePending = false;
                any = true;

                ReadOnlySpan<byte> word = end < 0 ? text : text[..Math.Max(1, end)];
                output.Write(end == 0 ? space : word);
                text = text[word.Length..];
            }
        }

        // Escaped spaces that stood in the text go from its end as well.
        if (_removeExtraWhiteSpaces)
        {
            int kept = output.WrittenCount;
            while (output.WrittenSpan[..kept].EndsWith(space))
                kept -= space.Length;
            if (kept < output.WrittenCount)
            {
                byte[] trimmed = output.WrittenSpan[..kept].ToArray();
                output.ResetWrittenCount();
                output.Write(trimmed);
            }
        }

        if (any && addDummyPrefix && _treatWhitespaceAsSuffix)
            output.Write(space);
    }

    // Bytes that are their own normalization, whatever follows them.
    private int PlainRun(ReadOnlySpan<byte> input)
    {
        int length = 0;
        while (length < input.Length && _plain[input[length]] && (length + 1 == input.Length || input[length + 1] < 0x80))
            length++;
        return length;
    }

    // The longest beginning of the input that a rule is for, or its first character.
    private int NormalizePrefix(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> text)
    {
        foreach (byte[] piece in _untouched)
        {
            if (input.StartsWith(piece))
            {
                text = piece;
                return piece.Length;
            }
        }

        if (_rules is not null && _rules.Match(input, out text) is > 0 and int matched)
            return matched;

        Rune.DecodeFromUtf8(input, out _, out int length);
        text = input[..length];
        return length;
    }
}
