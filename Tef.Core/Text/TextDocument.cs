namespace Tef.Core.Text;

/// <summary>A document of a corpus, or a part of one that is too long to be held at once.</summary>
/// <param name="Text">The text.</param>
/// <param name="Meta">What is known about the document, such as control codes; null when nothing is.</param>
/// <param name="Source">The file that the document is from.</param>
/// <param name="Continues">Whether the next text goes on with the same document, so that no end-of-text token belongs between.</param>
public sealed record TextDocument(string Text, string? Meta = null, string? Source = null, bool Continues = false);
