using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Core.Runs;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef fit</c>: trains as a configuration says, in a run folder that can be resumed.</summary>
internal static class FitCommand
{
    private const string About = "Trains a model as a configuration says.";

    private const string Details =
        """
        The run folder (run.folder) gets the resolved configuration, logs, metrics, samples after every validation, checkpoints, and
        in the end the model as a folder that 'tef generate' and Hugging Face's transformers load. Called again with the same
        configuration, an interrupted run goes on where it was, to the bit. With --resume it does so from a checkpoint that was
        copied elsewhere, whose configuration holds unless the command line says otherwise; to begin a new run with the weights of
        a checkpoint alone, set run.startFrom. 'tef config explain' lists every option.
        """;

    public static Command Create()
    {
        var configuration = new ConfigurationOptions();
        Option<string?> folder = CommonOptions.Text("--out", "DIR", "The run folder; short for --set run.folder=DIR.");
        folder.Aliases.Add("-o");
        Option<bool> restart = new("--restart") { Description = "Remove what an earlier run left in the folder and begin anew." };
        Option<string?> resume = CommonOptions.Text(
            "--resume", "CHECKPOINT", "Go on, in a new run folder, from a checkpoint that lies elsewhere (a file, or the newest of a folder).");
        Option<bool> find = new("--find-learning-rate") { Description = "Look for a learning rate by a range test instead of training." };
        Option<bool> json = CommonOptions.Json();
        Command command = new("fit", About) { folder, restart, resume, find, json };
        configuration.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(folder) is { Tokens: [{ Value: "" }] })
                result.AddError("--out must name a folder.");
            if (result.GetResult(resume) is not null && result.GetResult(restart) is not null)
                result.AddError("--resume goes on in a new folder, so --restart has no meaning with it.");
        });
        DetailedHelp.Add(command, Details);
        command.SetAction(result =>
        {
            string[] more = result.GetValue(folder) is { } path ? [$"run.folder='{path.Replace("'", "''", StringComparison.Ordinal)}'"] : [];
            string? checkpoint = result.GetValue(resume);
            ConfigurationText? below = checkpoint is null ? null : SavedModel.FindConfiguration(checkpoint)
                ?? throw new FileNotFoundException($"There is no checkpoint '{checkpoint}' to go on from.");
            return Run(
                configuration.Load(result, below, more),
                checkpoint,
                result.GetValue(restart),
                result.GetValue(find),
                Printer.For(result.GetValue(json)));
        });
        return command;
    }

    private static int Run(TefConfiguration configuration, string? checkpoint, bool restart, bool findsRate, Printer printer)
    {
        // A run without a text leaves no folder.
        using (var texts = new RunTexts(configuration.Data))
            texts.RequireFiles();
        var folder = new RunFolder(configuration.Run.Folder);
        folder.RequireWritable();
        if (restart)
            folder.Clear();
        if (checkpoint is not null)
            folder.TakeUp(checkpoint, configuration);
        using var log = new RunLog(folder);
        using ServiceProvider services = Runtime.Create(configuration.Run, log);
        CancellationToken interrupted = CommandRunner.Interrupted;
        using TrainingRun run = TokenizerProgressDisplay.Show(printer, progress => TrainingRun.Prepare(
            configuration,
            Runtime.Backend(services),
            new TrainingRunOptions
            {
                Loggers = services.GetRequiredService<ILoggerFactory>(),
                TokenizerProgress = progress,
                Console = printer.Json ? Console.Error : Console.Out,
            },
            interrupted));
        RunReport.WriteStart(printer, run);
        if (findsRate)
            return LearningRateReport.Write(printer, run.FindLearningRate(cancellation: interrupted));
        RunRecord record = TrainingDisplay.Show(printer.Console, progress => run.Train(progress, interrupted));
        if (printer.Json)
            Printer.WriteJson(RunReport.Summary(run, record));
        else
            RunReport.WriteEnd(printer, run, record);
        return record.State == RunState.Interrupted ? ExitCode.Interrupted : ExitCode.Success;
    }
}
