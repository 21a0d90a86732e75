namespace Tef.Core.Data;

/// <summary>Checks of token ids and positions, with messages that name both sides.</summary>
internal static class TokenGuard
{
    public static void InVocabulary(ReadOnlySpan<int> tokens, int vocabularySize, string parameter)
    {
        for (int i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens[i] >= (uint)vocabularySize)
            {
                throw new ArgumentException(
                    $"Token {tokens[i]} at position {i} is outside the vocabulary of {vocabularySize} ids.", parameter);
            }
        }
    }

    public static void RunInside(long start, long length, long count)
    {
        if (start < 0 || start > count - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start), start, $"A run of {length} tokens at position {start} does not lie inside a source of {count} tokens.");
        }
    }
}
