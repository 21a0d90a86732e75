namespace Tef.Samples.Quickstart.Stories.Cast;

/// <summary>What a plot asks of its cast.</summary>
/// <param name="ThingTag">A tag of the thing, such as <c>breakable</c>; null for any thing.</param>
/// <param name="Outdoors">Whether the place must be in the open.</param>
internal sealed record CastRequest(string? ThingTag = null, bool Outdoors = false)
{
    /// <exception cref="FormatException">The line is no request.</exception>
    public CastRequest With(string line) => line.Split(' ') switch
    {
        ["thing", "any"] => this with { ThingTag = null },
        ["thing", var tag] => this with { ThingTag = tag },
        ["place", "any"] => this with { Outdoors = false },
        ["place", "outdoors"] => this with { Outdoors = true },
        _ => throw new FormatException($"expected 'thing TAG' or 'place outdoors', found '{line}'"),
    };
}
