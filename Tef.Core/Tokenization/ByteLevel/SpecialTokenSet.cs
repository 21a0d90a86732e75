using System.Buffers;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>Finds special tokens in text: the leftmost, and of several that begin there the one listed first.</summary>
internal sealed class SpecialTokenSet
{
    private readonly string[] _tokens;
    private readonly SearchValues<string> _search;

    /// <param name="tokens">At least one token, none empty.</param>
    public SpecialTokenSet(IEnumerable<string> tokens)
    {
        _tokens = [.. tokens];
        _search = SearchValues.Create(_tokens, StringComparison.Ordinal);
    }

    /// <summary>The position of the next token from <paramref name="start"/> on and its index in the list; -1 when there is none.</summary>
    public int IndexOf(ReadOnlySpan<char> text, int start, out int token)
    {
        token = -1;
        int found = text[start..].IndexOfAny(_search);
        if (found < 0)
            return -1;

        ReadOnlySpan<char> rest = text[(start + found)..];
        for (token = 0; !rest.StartsWith(_tokens[token], StringComparison.Ordinal);)
            token++;
        return start + found;
    }

    /// <summary>Whether a token has a line end inside.</summary>
    public bool HasLineEnd => Array.Exists(_tokens, token => token.Contains('\n'));

    /// <summary>A token of the list.</summary>
    public string this[int token] => _tokens[token];
}
