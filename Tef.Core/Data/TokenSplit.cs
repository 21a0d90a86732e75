namespace Tef.Core.Data;

/// <summary>Divides a text into one to learn from and one to measure on.</summary>
public static class TokenSplit
{
    private const int SearchChunk = 1 << 14;

    /// <summary>Takes the end of a text for validation, at a document border where there is one.</summary>
    /// <param name="source">The text.</param>
    /// <param name="validationShare">Share of the tokens for validation, above 0 and below 1.</param>
    /// <param name="endOfText">
    /// The token that ends documents: the cut is moved back behind the last one before it, so that no document is in both parts.
    /// Null, or a text without such a token but before its first document, cuts anywhere.
    /// </param>
    /// <returns>Both parts, read in place; their text bytes are unknown.</returns>
    /// <exception cref="ArgumentException">The share is out of range, or a part would be empty.</exception>
    public static (ITokenSource Training, ITokenSource Validation) Tail(ITokenSource source, double validationShare, int? endOfText = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        OptionGuard.Between(validationShare, 0, 1);
        long cut = source.Count - (long)Math.Round(source.Count * validationShare);
        if (endOfText is int end && AfterLast(source, end, cut) is > 1 and long border)
            cut = border;
        if (cut <= 0 || cut >= source.Count)
        {
            throw new ArgumentException(
                $"A share of {validationShare} of {source.Count} tokens leaves one part of the text empty.", nameof(validationShare));
        }

        return (new SliceTokenSource(source, 0, cut), new SliceTokenSource(source, cut, source.Count - cut));
    }

    /// <summary>The position behind the last occurrence of a token that ends before a position.</summary>
    private static long? AfterLast(ITokenSource source, int token, long before)
    {
        int[] buffer = new int[SearchChunk];
        while (before > 0)
        {
            int n = (int)Math.Min(before, SearchChunk);
            Span<int> chunk = buffer.AsSpan(0, n);
            source.Read(before - n, chunk);
            int found = chunk.LastIndexOf(token);
            if (found >= 0)
                return before - n + found + 1;
            before -= n;
        }

        return null;
    }
}
