using Spectre.Console;
using Tef.Core.Runs;
using Tef.Core.Training;

namespace Tef.Cli.Output;

/// <summary>What a training run is and what came of it.</summary>
internal static class RunReport
{
    public static void WriteStart(Printer printer, TrainingRun run)
    {
        string validation = run.Data.Validation is { } text ? $"{text.Count:N0} to measure on" : "none to measure on";
        printer.Field("run folder", run.Resumes ? $"{run.Folder.Path} (goes on)" : run.Folder.Path);
        printer.Field("text", $"{run.Data.Training.Count:N0} tokens to learn from, {validation}");
        printer.Field("tokenizer", ModelText.Describe(run.Tokenizer));
        printer.Field("model", ModelText.Describe(run.Model.Options, run.Model.ParameterCount));
        printer.Field("token filter", ModelText.DescribeFilter(run.Model.Options));
        printer.Field("training", Limits(run.Configuration.Training));
    }

    public static void WriteEnd(Printer printer, TrainingRun run, RunRecord record)
    {
        TrainingResult result = record.Result!;
        printer.Console.WriteLine();
        printer.Field("ended", $"{(record.State == RunState.Interrupted ? "interrupted" : "completed")} after {result.Steps:N0} steps, "
            + $"{result.TokensSeen:N0} tokens in {Duration(result.Seconds)}, {result.TokensPerSecond:N0} tokens/s");
        if (result.Validation is { } validation)
            EvaluationReport.Write(printer, validation);
        printer.Field("model in", run.Folder.Model);
        if (record.State == RunState.Interrupted)
            printer.Field("to go on", "the same command again");
        printer.Field("try", $"tef generate {run.Folder.Path}");
    }

    public static object Summary(TrainingRun run, RunRecord record) => new
    {
        Folder = run.Folder.Path,
        record.State,
        record.Parameters,
        record.TrainingTokens,
        record.Resumed,
        record.Result!.Steps,
        record.Result.TokensSeen,
        record.Result.TokensPerSecond,
        record.Result.Seconds,
        record.Result.TrainingLoss,
        Validation = record.Result.Validation is { } validation ? EvaluationReport.Summary(validation) : null,
    };

    public static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min"
            : time.TotalMinutes >= 1 ? $"{time.Minutes} min {time.Seconds} s"
            : $"{seconds:F1} s";
    }

    private static string Limits(TrainingOptions training)
    {
        List<string> limits = [];
        if (training.Epochs > 0)
            limits.Add($"{training.Epochs} {(training.Epochs == 1 ? "epoch" : "epochs")}");
        if (training.MaxSteps > 0)
            limits.Add($"{training.MaxSteps:N0} steps");
        if (training.MaxMinutes > 0)
            limits.Add($"{training.MaxMinutes} min");
        return $"at most {string.Join(", ", limits)}; {training.Optimizer}, learning rate {training.LearningRate}, "
            + $"batch {training.BatchSize}{(training.GradientAccumulation > 1 ? $" × {training.GradientAccumulation}" : "")}, seed {training.Seed}";
    }
}
