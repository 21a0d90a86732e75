using Tef.Samples.Quickstart.Stories.Cast;

namespace Tef.Samples.Quickstart.Stories;

/// <summary>A told story.</summary>
/// <param name="Plot">The plot it follows.</param>
/// <param name="Cast">Who could have appeared in it.</param>
/// <param name="Text">Paragraphs separated by an empty line; no line end after the last.</param>
internal sealed record Story(string Plot, StoryCast Cast, string Text);
