namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>A token inside a word.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Length">What it covers, in the units in which the word was split: bytes or characters.</param>
internal readonly record struct Symbol(int Id, int Length);
