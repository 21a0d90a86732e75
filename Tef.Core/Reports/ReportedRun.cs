namespace Tef.Core.Reports;

/// <summary>What a run folder tells about a run.</summary>
internal sealed record ReportedRun
{
    public required string Name { get; init; }

    public required string Folder { get; init; }

    /// <summary>Numbers by name, each by ascending step.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<MetricPoint>> Metrics { get; init; }

    /// <summary>Options by their path, such as <c>training.batchSize</c>, in the order of the file.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Configuration { get; init; }

    /// <summary>What <c>run.json</c> says, by path.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    public required IReadOnlyList<SampleGroup> Samples { get; init; }

    /// <summary>What could not be read, in words.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}

/// <param name="Step">Optimizer steps done.</param>
/// <param name="Value">The number; not finite where training went wrong.</param>
internal readonly record struct MetricPoint(long Step, double Value);

/// <param name="Step">Optimizer steps done; null when unknown.</param>
/// <param name="Notes">How the texts were made, by name.</param>
/// <param name="Texts">The texts.</param>
internal sealed record SampleGroup(long? Step, IReadOnlyList<KeyValuePair<string, string>> Notes, IReadOnlyList<string> Texts);
