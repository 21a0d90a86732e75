using System.Diagnostics;
using Spectre.Console;
using Tef.Core.Training;

namespace Tef.Samples.Common;

/// <summary>Progress as lines of plain text, no more than one in an interval, and one for every validation.</summary>
public sealed class ProgressLines(IAnsiConsole console, TimeSpan interval) : IProgress<TrainingProgress>
{
    private readonly Stopwatch _sinceLine = new();

    public void Report(TrainingProgress value)
    {
        if (value.Validation is null && _sinceLine.IsRunning && _sinceLine.Elapsed < interval)
            return;
        _sinceLine.Restart();
        console.WriteLine($"{value.Completed * 100,3:F0} %  step {value.Step,5}  {ProgressText.Describe(value, value.Validation)}");
    }
}
