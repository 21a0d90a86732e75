using System.Reflection;
using Microsoft.ML;
using Spectre.Console;
using Tef.Backends.Cuda;
using Tef.Backends.Torch;
using Tef.Core.Generation;
using Tef.Core.Training;
using Tef.MLNet;
using Tef.Samples.Common;
using Tef.Samples.Quickstart.CommandLine;
using Tef.Samples.Quickstart.Output;
using Tef.Samples.Quickstart.Telling;
using Tef.Samples.Quickstart.Training;

namespace Tef.Samples.Quickstart;

/// <summary>The way from text to a saved model that tells stories.</summary>
internal sealed class QuickstartRun(QuickstartSettings settings, IAnsiConsole console, CancellationToken cancellation)
{
    /// <summary>The exit code when the saved model did not give the text that the trained one gave.</summary>
    public const int ReloadDiffers = 2;

    private const int StoriesToShow = 3;

    /// <returns>The exit code.</returns>
    public int Run()
    {
        OutputFolder folder = OutputFolder.Open(settings.Out, settings.Json);
        Preset preset = settings.ChoosePreset();
        MLContext ml = CreateContext();
        ml.Log += TellKernels;
        TrainingTexts texts = TrainingTexts.Open(ml, settings);
        StoryTelling telling = StoryTelling.Create(ml, settings.Prompt, texts.Validation ?? texts.Training);
        GenerationOptions generation = telling.CreateOptions(preset.Model.Context, settings.Seed);

        console.WriteLine($"Text:     {texts.Description}");
        console.WriteLine($"Model:    {preset}");
        console.WriteLine($"Training: at most {settings.Minutes} min, seed {settings.Seed}");
        TrainedModel trained = TrainingDisplay.Show(
            console, progress => ModelTraining.Run(ml, texts, preset, generation, settings.Minutes, progress, cancellation));

        ml.Model.Save(trained.Pipeline, trained.Schema, folder.Model);
        ResultReport report = CreateReport(preset, trained, texts.ValidationBytes, folder.Model);
        if (settings.Json is not null)
            report.Write(settings.Json);
        ResultTable.Write(console, report, trained.Model.Options);
        if (report.Interrupted)
        {
            console.WriteLine($"Interrupted. The best weights so far are in {folder.Model}.");
            return ExitCode.Interrupted;
        }

        IReadOnlyList<string> stories = telling.Tell(ml, trained.Pipeline);
        for (int i = 0; i < stories.Count; i++)
            folder.WriteStory(i + 1, stories[i]);
        foreach (string story in stories.Take(StoriesToShow))
            console.WriteLine(Printable.Text(story) + "\n");
        return CheckReload(folder.Model, telling, stories);
    }

    private int CheckReload(string path, StoryTelling telling, IReadOnlyList<string> stories)
    {
        MLContext fresh = CreateContext();
        ITransformer loaded = fresh.Model.Load(path, out _);
        if (!telling.Tell(fresh, loaded).SequenceEqual(stories))
        {
            Console.Error.WriteLine($"error: the model loaded from {path} tells other stories than the one that was saved.");
            return ReloadDiffers;
        }

        console.WriteLine($"Saved to {path}; loaded again, it tells the same {stories.Count} stories with the same seed.");
        return ExitCode.Success;
    }

    private MLContext CreateContext() => new MLContext(settings.Seed).UseTef(
        tef =>
        {
            tef.AddTorch();
            if (settings.Cuda)
                tef.AddCuda();
        },
        options => options.Threads = settings.Threads ?? 0);

    /// <summary>Which kernels compute, and why not others.</summary>
    private void TellKernels(object? sender, LoggingEventArgs entry)
    {
        if (entry.RawMessage.Contains("kernels", StringComparison.Ordinal))
            console.WriteLine($"Compute:  {entry.RawMessage}");
    }

    private ResultReport CreateReport(Preset preset, TrainedModel trained, long? validationBytes, string modelPath)
    {
        TrainingResult result = trained.Result;
        EvaluationResult? validation = result.Validation;
        long? bytes = validation is null ? null : validationBytes ?? validation.TextBytes;
        return new ResultReport
        {
            BitsPerByte = validation?.TotalNats / Math.Log(2) / bytes,
            ValidLoss = validation?.Loss,
            Perplexity = validation?.Perplexity,
            ValidTokens = validation?.Tokens,
            ValidBytes = bytes,
            TrainLoss = result.TrainingLoss,
            TokensSeen = result.TokensSeen,
            TokensPerSecond = result.TokensPerSecond,
            TrainSeconds = trained.Seconds,
            Steps = result.Steps,
            Parameters = trained.Model.ParameterCount,
            KeptSharePerLayer = validation?.KeptShare ?? [],
            Interrupted = result.End == TrainingEnd.Cancelled,
            Vocabulary = trained.Model.Options.VocabularySize,
            Layers = preset.Model.Layers,
            Width = preset.Model.Width,
            Heads = preset.Model.Heads,
            Context = preset.Model.Context,
            Batch = preset.Model.Training.BatchSize,
            LearningRate = preset.Model.Training.LearningRate,
            Minutes = settings.Minutes,
            Seed = settings.Seed,
            Model = modelPath,
            Version = Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        };
    }
}
