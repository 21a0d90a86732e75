namespace Tef.Core.Text.Corpora;

/// <summary>A corpus in numbers.</summary>
public sealed record CorpusStatistics
{
    /// <summary>Documents.</summary>
    public required long Documents { get; init; }

    /// <summary>Documents that say something about themselves.</summary>
    public required long DocumentsWithMeta { get; init; }

    /// <summary>Documents whose text came before, to the letter.</summary>
    public required long DuplicateDocuments { get; init; }

    /// <summary>UTF-8 bytes of the texts.</summary>
    public required long Bytes { get; init; }

    /// <summary>Characters (code points) of the texts.</summary>
    public required long Characters { get; init; }

    /// <summary>Lines of the texts.</summary>
    public required long Lines { get; init; }

    /// <summary>Lengths of the documents in tokens, or in bytes without a tokenizer.</summary>
    public required LengthStatistics Lengths { get; init; }

    /// <summary>What the tokenizer made of the texts; null without one.</summary>
    public TokenStatistics? Tokens { get; init; }
}

/// <summary>How long documents are.</summary>
public sealed record LengthStatistics
{
    /// <summary><c>tokens</c> or <c>bytes</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>The shortest document.</summary>
    public required long Shortest { get; init; }

    /// <summary>The longest document.</summary>
    public required long Longest { get; init; }

    /// <summary>Mean length.</summary>
    public required double Mean { get; init; }

    /// <summary>Half of the documents are at most so long.</summary>
    public required long Median { get; init; }

    /// <summary>Nine of ten documents are at most so long.</summary>
    public required long Percentile90 { get; init; }

    /// <summary>99 of a hundred documents are at most so long.</summary>
    public required long Percentile99 { get; init; }

    /// <summary>Documents by length, in bins that double; from the shortest to the longest, empty ones between included.</summary>
    public required IReadOnlyList<LengthBin> Histogram { get; init; }
}

/// <summary>Documents of similar length.</summary>
/// <param name="From">The shortest.</param>
/// <param name="To">The longest, this length included.</param>
/// <param name="Documents">How many there are.</param>
public sealed record LengthBin(long From, long To, long Documents);

/// <summary>A corpus as token ids.</summary>
public sealed record TokenStatistics
{
    /// <summary>Tokens; those that stand between documents are not counted.</summary>
    public required long Count { get; init; }

    /// <summary>UTF-8 bytes for each token.</summary>
    public required double BytesPerToken { get; init; }

    /// <summary>Size of the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Tokens that stand for text the vocabulary cannot spell.</summary>
    public required long Unknown { get; init; }

    /// <summary>Ids that never come.</summary>
    public required int NeverUsed { get; init; }

    /// <summary>Ids that come, but less often than <see cref="RareBelow"/>.</summary>
    public required int RarelyUsed { get; init; }

    /// <summary>What counts as rare.</summary>
    public required int RareBelow { get; init; }

    /// <summary>The ids that come least, of those that come.</summary>
    public required IReadOnlyList<TokenCount> Rarest { get; init; }

    /// <summary>The ids that come most.</summary>
    public required IReadOnlyList<TokenCount> MostFrequent { get; init; }
}

/// <summary>How often an id comes.</summary>
/// <param name="Id">The id.</param>
/// <param name="Text">What it stands for.</param>
/// <param name="Count">How often it comes.</param>
public sealed record TokenCount(int Id, string Text, long Count);
