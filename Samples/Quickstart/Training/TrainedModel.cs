using Microsoft.ML;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Samples.Quickstart.Training;

/// <summary>What a training run gave.</summary>
/// <param name="Pipeline">From the column <c>Text</c> to the column <c>Continuation</c>.</param>
/// <param name="Schema">The columns that <paramref name="Pipeline"/> was fitted on.</param>
/// <param name="Model">The language model inside.</param>
/// <param name="Result">What the trainer did.</param>
/// <param name="Seconds">Wall-clock seconds from the first look at the text to the finished model.</param>
internal sealed record TrainedModel(
    ITransformer Pipeline, DataViewSchema Schema, ILanguageModel Model, TrainingResult Result, double Seconds);
