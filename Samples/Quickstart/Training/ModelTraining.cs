using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Generation;
using Tef.Core.Training;
using Tef.MLNet;

namespace Tef.Samples.Quickstart.Training;

/// <summary>Trains tokenizer and model within a time limit.</summary>
internal static class ModelTraining
{
    /// <summary>What it takes to read the texts, to create the model and to return it, as a share of the time limit.</summary>
    private const double OverheadShare = 0.01;
    private const double LeastOverheadSeconds = 0.5;

    /// <param name="ml">The context to train in.</param>
    /// <param name="texts">What to learn from and to measure on.</param>
    /// <param name="preset">Vocabulary, model and schedule.</param>
    /// <param name="generation">How the finished pipeline continues texts.</param>
    /// <param name="minutes">The time limit for everything here.</param>
    /// <param name="progress">Told about every step.</param>
    /// <param name="cancellation">Ends training early with the best weights so far.</param>
    /// <exception cref="OperationCanceledException">Cancelled before there was a model.</exception>
    /// <exception cref="InvalidOperationException">The tokenizer took all the time, or the text is too short.</exception>
    public static TrainedModel Run(
        MLContext ml,
        TrainingTexts texts,
        Preset preset,
        GenerationOptions generation,
        double minutes,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();

        // The tokenizer is trained first, so that the model gets exactly the time that is left.
        TextTokenizingTransformer tokenizer = ml.Transforms
            .TokenizeText("Tokens", "Text", new TokenizeTextOptions { VocabularySize = preset.Vocabulary, Cancellation = cancellation })
            .Fit(texts.Training);
        cancellation.ThrowIfCancellationRequested();

        TefGpt2Options model = preset.Model with
        {
            Validation = texts.Validation is null ? null : tokenizer.Transform(texts.Validation),
            Progress = progress,
            Cancellation = cancellation,
            Training = preset.Model.Training with { MaxMinutes = MinutesLeft(minutes, clock.Elapsed) },
        };

        var pipeline = ml.Transforms
            .TokenizeText("Tokens", "Text", new TokenizeTextOptions { Tokenizer = tokenizer.Tokenizer, AddBegin = true })
            .Append(ml.Transforms.TefGpt2("Tokens", model))
            .Append(ml.Transforms.GenerateText("Continuation", generation, "Tokens"));
        TransformerChain<TextGeneratingTransformer> fitted = pipeline.Fit(texts.Training);

        LanguageModelTransformer trained = fitted.OfType<LanguageModelTransformer>().Single();
        return new TrainedModel(fitted, texts.Training.Schema, trained.Model, trained.TrainingResult, clock.Elapsed.TotalSeconds);
    }

    private static double MinutesLeft(double minutes, TimeSpan used)
    {
        double overhead = Math.Max(LeastOverheadSeconds, 60 * minutes * OverheadShare);
        double left = 60 * minutes - used.TotalSeconds - overhead;
        return left > 0
            ? left / 60
            : throw new InvalidOperationException(
                $"{minutes} minutes are too few: the tokenizer alone took {used.TotalSeconds:F1} seconds. Give more, or use less text.");
    }
}
