namespace Tef.Core.Tracking;

/// <summary>A number with a name.</summary>
/// <param name="Name">The name; parts are separated by slashes, as in <c>train/loss</c>.</param>
/// <param name="Value">The number.</param>
public readonly record struct Metric(string Name, double Value);
