namespace Tef.Core.Text;

/// <summary>Where to cut a text that is too long to be held at once.</summary>
internal static class TextParts
{
    /// <summary>
    /// The last good place to cut: after the end of a line whose next one does not begin blank, else before a blank, else between
    /// two characters. Looked for in the last quarter of the bytes, so that parts do not become small.
    /// </summary>
    /// <param name="bytes">At least 64 bytes of UTF-8.</param>
    public static int Cut(ReadOnlySpan<byte> bytes)
    {
        int earliest = bytes.Length - bytes.Length / 4;
        for (int i = bytes.Length - 1; i > earliest; i--)
        {
            if (bytes[i - 1] == '\n' && !IsBlank(bytes[i]))
                return i;
        }

        for (int i = bytes.Length - 1; i > earliest; i--)
        {
            if (bytes[i] == ' ' && !IsBlank(bytes[i - 1]))
                return i;
        }

        int cut = bytes.Length;
        while (cut > bytes.Length - 3 && IsContinuation(bytes[cut - 1]))
            cut--;
        return cut > 1 && bytes[cut - 1] >= 0xC0 ? cut - 1 : bytes.Length;
    }

    public static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    private static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;
}
