namespace Tef.Core.Configuration;

/// <summary>A configuration that was written down, in a file or elsewhere.</summary>
/// <param name="Yaml">The configuration.</param>
/// <param name="Source">What to call it in messages.</param>
public sealed record ConfigurationText(string Yaml, string Source);
