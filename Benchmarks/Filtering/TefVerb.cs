using System.CommandLine;

namespace Tef.Benchmarks.Filtering;

/// <summary>The experiments with the token filter.</summary>
internal static class TefVerb
{
    public static Command Create() => new("tef", "Experiments with the token filter: training runs, step times, kernels, tables and plots.")
    {
        RunVerb.Create(),
        TableVerb.Create(),
        StepsVerb.Create(),
        ReportVerb.Create(),
        KernelsTableVerb.Create(),
    };
}
