namespace Tef.Core.Tokenization;

/// <summary>A piece of a SentencePiece model.</summary>
/// <param name="Text">Its text, in which U+2581 stands for the space.</param>
/// <param name="Score">Its log probability in Unigram models; in BPE models pieces of higher scores are merged earlier.</param>
/// <param name="Type">What it stands for.</param>
public readonly record struct SentencePiece(string Text, float Score, SentencePieceType Type);
