namespace Tef.Core.Tokenization;

/// <summary>How far the training of a tokenizer is.</summary>
/// <param name="Documents">Documents read so far.</param>
/// <param name="Characters">Characters (UTF-16 code units) read so far.</param>
/// <param name="Tokens">Tokens of the vocabulary so far; zero while text is being counted.</param>
/// <param name="TargetTokens">Tokens asked for.</param>
public readonly record struct TokenizerTrainingProgress(long Documents, long Characters, int Tokens, int TargetTokens);
