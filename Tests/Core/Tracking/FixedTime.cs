namespace Tef.Tests.Core.Tracking;

/// <summary>A clock that stands.</summary>
internal sealed class FixedTime(long seconds = 1_700_000_000) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeSeconds(seconds);
}
