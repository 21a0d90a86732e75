using Tef.Core.Configuration;

namespace Tef.Core.Tracking;

/// <summary>A run as trackers see it when it starts.</summary>
public sealed record TrackedRun
{
    /// <summary>The name of the run, such as that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The run folder, in which trackers keep their files.</summary>
    public required string Folder { get; init; }

    /// <summary>The resolved configuration.</summary>
    public required TefConfiguration Configuration { get; init; }

    /// <summary>Facts about machine and code, such as processor, threads and version, by name.</summary>
    public IReadOnlyDictionary<string, string> Machine { get; init; } = new Dictionary<string, string>();

    /// <summary>The last step that is already done when a run is taken up again; null for a new run.</summary>
    public long? ResumedStep { get; init; }
}
