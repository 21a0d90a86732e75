namespace Tef.Core.Tokenization;

/// <summary>How a SentencePiece model cuts text into pieces.</summary>
public enum SentencePieceKind
{
    /// <summary>Into the most probable pieces (Kudo 2018).</summary>
    Unigram = 1,

    /// <summary>By merging neighbours (Sennrich et al. 2016).</summary>
    Bpe = 2,
}
