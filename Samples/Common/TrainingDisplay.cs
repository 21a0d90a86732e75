using Spectre.Console;
using Tef.Core.Training;

namespace Tef.Samples.Common;

/// <summary>Shows how training gets on: a bar in a terminal, a line every few seconds elsewhere.</summary>
public static class TrainingDisplay
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
        .Start(context => train(new ProgressBarTask(console, context.AddTask("starting", maxValue: 1))));

    private sealed class ProgressBarTask(IAnsiConsole console, ProgressTask task) : IProgress<TrainingProgress>
    {
        private EvaluationResult? _validation;

        public void Report(TrainingProgress value)
        {
            // What is written while the bar is shown appears above it and stays.
            if (value.Validation is not null)
                console.MarkupLine($"[grey]step {value.Step,6}[/]  {ProgressText.Describe(value.Validation).EscapeMarkup()}");
            _validation = value.Validation ?? _validation;
            task.Value = value.Completed;
            task.Description = ProgressText.Describe(value, _validation).EscapeMarkup();
        }
    }
}
