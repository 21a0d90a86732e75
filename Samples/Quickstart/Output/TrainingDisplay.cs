using Spectre.Console;
using Tef.Core.Training;

namespace Tef.Samples.Quickstart.Output;

/// <summary>Shows how training gets on: a bar in a terminal, a line every few seconds elsewhere.</summary>
internal static class TrainingDisplay
{
    /// <summary>Trains while showing progress.</summary>
    /// <param name="console">Where to show it.</param>
    /// <param name="train">The work; it reports to its argument.</param>
    public static T Show<T>(IAnsiConsole console, Func<IProgress<TrainingProgress>, T> train) =>
        console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi
            ? ProgressBar(console, train)
            : train(new ProgressLines(console, TimeSpan.FromSeconds(5)));

    private static T ProgressBar<T>(IAnsiConsole console, Func<IProgress<TrainingProgress>, T> train) => console
        .Progress()
        .HideCompleted(false)
        .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context => train(new ProgressBarTask(context.AddTask("starting", maxValue: 1))));

    private sealed class ProgressBarTask(ProgressTask task) : IProgress<TrainingProgress>
    {
        private EvaluationResult? _validation;

        public void Report(TrainingProgress value)
        {
            _validation = value.Validation ?? _validation;
            task.Value = value.Completed;
            task.Description = ProgressText.Describe(value, _validation).EscapeMarkup();
        }
    }
}
