using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Tef.Core.Text;

/// <summary>UTF-8 to text, strictly.</summary>
internal static class Utf8Text
{
    /// <summary>Decodes the unread bytes at a place of a window.</summary>
    /// <exception cref="InvalidDataException">Not UTF-8; names the byte, its line and its position in the file.</exception>
    public static string Decode(ByteWindow window, Range range, bool replaceInvalidBytes)
    {
        ReadOnlySpan<byte> bytes = window.Unread[range];
        if (replaceInvalidBytes)
            return Encoding.UTF8.GetString(bytes);
        char[] chars = ArrayPool<char>.Shared.Rent(bytes.Length);
        OperationStatus status = Utf8.ToUtf16(bytes, chars, out int read, out int written, replaceInvalidSequences: false);
        string text = new(chars, 0, written);
        ArrayPool<char>.Shared.Return(chars);
        if (status == OperationStatus.Done)
            return text;

        int at = range.Start.GetOffset(window.Unread.Length) + read;
        ReadOnlySpan<byte> before = window.Unread[..at];
        long line = window.Line + before.Count((byte)'\n');
        long column = at - before.LastIndexOf((byte)'\n');
        throw new InvalidDataException(
            $"{window.Source}, line {line}: byte {column} of the line (position {window.Position + at}) is 0x{window.Unread[at]:X2}, "
            + $"which is not UTF-8{Hint(window, at)}. Convert the file, or ask for invalid bytes to be replaced.");
    }

    private static string Hint(ByteWindow window, int at) =>
        window.Position == 0 && at == 0 && window.Unread.Length > 1 && window.Unread[..2] is [0xFF, 0xFE] or [0xFE, 0xFF]
            ? "; the file looks like UTF-16"
            : "";
}
