namespace Microsoft.ML.Tokenizers;

/// <summary>How to encode a text.</summary>
public struct EncodeSettings
{
    /// <summary>Settings without a limit on the number of tokens.</summary>
    public EncodeSettings() => MaxTokenCount = int.MaxValue;

    /// <summary>Whether the tokenizer's normalizer is applied.</summary>
    public bool ConsiderNormalization { get; set; }

    /// <summary>Whether the tokenizer's pre-tokenizer is applied.</summary>
    public bool ConsiderPreTokenization { get; set; }

    /// <summary>The most tokens that are wanted.</summary>
    public int MaxTokenCount { get; set; }
}
