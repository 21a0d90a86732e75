using Tef.Core.Decoding;

namespace Tef.Backends.Torch.Decoding;

/// <summary>Argument checks that all decoding sessions share.</summary>
internal static class DecodingSessionChecks
{
    /// <returns>Number of new tokens per row.</returns>
    public static int CheckAppend(this IDecodingSession session, ReadOnlySpan<int> tokens, ReadOnlySpan<float> logits)
    {
        if (tokens.IsEmpty || tokens.Length % session.Rows != 0)
            throw new ArgumentException($"Expected a multiple of {session.Rows} tokens, one run per row, but found {tokens.Length}.");
        int count = tokens.Length / session.Rows;
        if (session.Length + count > session.Capacity)
        {
            throw new ArgumentException(
                $"The model's context holds {session.Capacity} tokens; {session.Length} are used, and {count} more do not fit.");
        }
        if (logits.Length != session.Rows * session.VocabularySize)
            throw new ArgumentException($"Expected room for {session.Rows} × {session.VocabularySize} logits, but found {logits.Length}.");
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)session.VocabularySize)
                throw new ArgumentException($"Token {token} is outside the vocabulary of {session.VocabularySize} tokens.");
        }
        return count;
    }

    public static void CheckParents(this IDecodingSession session, ReadOnlySpan<int> parents)
    {
        if (parents.IsEmpty)
            throw new ArgumentException("At least one row must be selected.");
        foreach (int parent in parents)
        {
            if ((uint)parent >= (uint)session.Rows)
                throw new ArgumentException($"Row {parent} does not exist; the session has {session.Rows} rows.");
        }
    }
}
