using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Tests.Torch;

/// <summary>A training run in a process of its own, which may be killed.</summary>
internal static class ResumableRun
{
    public const int Steps = 300;

    /// <summary>What a run says of each step.</summary>
    public const string StepMark = "step ";

    /// <summary>As much state as a run can have: Muon and AdamW, an average, dropout, a budget, accumulation and validations.</summary>
    public static (Gpt2Options Model, TrainingOptions Training) Recipe { get; } = (
        TrainingRun.Model with { Tef = TefOptions.Routed(0.5f) with { MaskWarmupSteps = 10 } },
        TrainingRun.Short with
        {
            MaxSteps = Steps,
            Optimizer = OptimizerKind.Muon,
            EmaDecay = 0.98,
            TokensPerStep = 100,
            UnlikelihoodAlpha = 0.1,
        });

    /// <summary>Trains with a checkpoint after every step and writes the weights at the end.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string folder, string weightsPath)
    {
        using var run = new TrainingRun();
        var checkpoints = new CheckpointOptions { Folder = folder, Interval = 1 };
        try
        {
            byte[] weights = run.Train(
                Recipe.Model,
                Recipe.Training with { Checkpoints = checkpoints },
                progress => Console.WriteLine(StepMark + progress.Step)).Weights;
            File.WriteAllBytes(weightsPath, weights);
            return 0;
        }
        catch (IOException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 2;
        }
    }
}
