using System.Text;

namespace Tef.Core.Text;

/// <summary>Where one document ends and the next begins.</summary>
internal abstract class DocumentBorder
{
    /// <summary>Bytes beyond the end of a document that may be needed to see that it ends.</summary>
    public abstract int LongestSeparator { get; }

    /// <summary>Looks for the end of the document that begins at the first byte.</summary>
    /// <param name="text">Bytes from the beginning of the document on.</param>
    /// <param name="isComplete">Whether no more bytes follow.</param>
    /// <param name="searched">Bytes in which no border begins; to be passed again with more bytes.</param>
    /// <param name="end">The length of the document.</param>
    /// <param name="separator">Bytes between it and the next.</param>
    public abstract bool TryFind(ReadOnlySpan<byte> text, bool isComplete, ref int searched, out int end, out int separator);

    /// <summary>What a document says about itself; null when it says nothing.</summary>
    public virtual string? MetaOf(string text) => null;
}

/// <summary>A text between documents.</summary>
internal sealed class SeparatorBorder(string separator) : DocumentBorder
{
    private readonly byte[] _separator = Encoding.UTF8.GetBytes(separator);

    public override int LongestSeparator => _separator.Length;

    public override bool TryFind(ReadOnlySpan<byte> text, bool isComplete, ref int searched, out int end, out int separator)
    {
        separator = _separator.Length;
        int found = text[searched..].IndexOf(_separator);
        end = searched + found;
        if (found < 0)
            searched = Math.Max(0, text.Length - _separator.Length + 1);
        return found >= 0;
    }
}

/// <summary>A line of nothing but blanks between documents.</summary>
internal sealed class BlankLineBorder : DocumentBorder
{
    public override int LongestSeparator => 1 << 10;

    public override bool TryFind(ReadOnlySpan<byte> text, bool isComplete, ref int searched, out int end, out int separator)
    {
        separator = 0;
        while (true)
        {
            int found = text[searched..].IndexOf((byte)'\n');
            end = searched + found;
            if (found < 0)
            {
                searched = text.Length;
                return false;
            }

            int next = end + 1;
            while (next < text.Length && text[next] is (byte)' ' or (byte)'\t' or (byte)'\r')
                next++;
            if (next == text.Length)
            {
                // Only more bytes can tell whether the line is blank; it is looked at again.
                searched = end;
                return false;
            }

            if (text[next] == '\n')
            {
                separator = next + 1 - end;
                return true;
            }

            searched = next;
        }
    }
}
