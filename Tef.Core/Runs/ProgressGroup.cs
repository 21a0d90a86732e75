using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>Several who want to know.</summary>
internal sealed class ProgressGroup(params IProgress<TrainingProgress>?[] members) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        foreach (IProgress<TrainingProgress>? member in members)
            member?.Report(value);
    }
}
