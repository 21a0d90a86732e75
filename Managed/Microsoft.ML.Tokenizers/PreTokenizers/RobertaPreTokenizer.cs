namespace Microsoft.ML.Tokenizers;

/// <summary>Splits text as GPT-2 and RoBERTa do, without special tokens.</summary>
public sealed class RobertaPreTokenizer : PreTokenizer
{
    private static readonly Gpt2Split s_split = new(specialTokens: null);

    /// <summary>The pre-tokenizer: it has no state.</summary>
    public static RobertaPreTokenizer Instance { get; } = new();

    internal override Gpt2Split Gpt2Split => s_split;

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return s_split.Split(text);
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => s_split.Split(text.ToString());
}
