using Spectre.Console;
using Tef.Core.Tokenization;

namespace Tef.Cli.Output;

/// <summary>Shows how the training of a tokenizer gets on: a bar in a terminal, nothing elsewhere.</summary>
internal static class TokenizerProgressDisplay
{
    public static T Show<T>(Printer printer, Func<IProgress<TokenizerTrainingProgress>?, T> work) => !printer.Interactive
        ? work(null)
        : printer.Console.Progress()
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new Bar(context.AddTask("reading", maxValue: 1))));

    private sealed class Bar(ProgressTask task) : IProgress<TokenizerTrainingProgress>
    {
        public void Report(TokenizerTrainingProgress value)
        {
            task.MaxValue = value.TargetTokens;
            task.Value = value.Tokens;
            task.Description = $"{value.Documents:N0} documents, {value.Tokens:N0} tokens";
        }
    }
}
