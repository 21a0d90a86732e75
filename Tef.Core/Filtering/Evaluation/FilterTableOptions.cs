using Tef.Core.Data;
using Tef.Core.Training;

namespace Tef.Core.Filtering;

/// <summary>What a <see cref="FilterTable"/> shows besides every model as it is.</summary>
public sealed record FilterTableOptions
{
    /// <summary>Gates to exceed, in place of the models' own selectors: a row each.</summary>
    public IReadOnlyList<float> Gates { get; init; } = [];

    /// <summary>Shares to keep by calibrated thresholds, in place of the models' own selectors: a row each.</summary>
    public IReadOnlyList<float> Keeps { get; init; } = [];

    /// <summary>Cumulative shares to keep, in place of the models' own selectors: a row each. They cannot generate.</summary>
    public IReadOnlyList<float> Taus { get; init; } = [];

    /// <summary>The text that finds the thresholds of <see cref="Keeps"/>; the evaluated text when null.</summary>
    public ITokenSource? CalibrationText { get; init; }

    /// <summary>How to walk over the text.</summary>
    public EvaluationOptions Evaluation { get; init; } = new();

    /// <summary>Measures tokens per second; figures of speed are for comparison inside one table alone.</summary>
    public bool MeasureSpeed { get; init; } = true;

    /// <summary>Training steps that a fresh copy of each model makes to find its speed; it is not measured when zero.</summary>
    public int TrainingSteps { get; init; } = 8;

    /// <summary>Sequences of a training step.</summary>
    public int TrainingBatchSize { get; init; } = 8;

    /// <summary>Tokens of the prompt that is read before decoding; half of the context when zero.</summary>
    public int PromptTokens { get; init; }

    /// <summary>Tokens that are decoded one by one behind the prompt; a quarter of the context when zero.</summary>
    public int NewTokens { get; init; }

    /// <summary>How often prompt and decoding are timed at least, for a second or longer; the best counts.</summary>
    public int Repeats { get; init; } = 3;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        foreach (float gate in Gates)
            OptionGuard.Between(gate, 0, 1, nameof(Gates));
        foreach (float keep in Keeps)
        {
            OptionGuard.Positive(keep, nameof(Keeps));
            OptionGuard.Between(keep, 0, 1, nameof(Keeps));
        }
        foreach (float tau in Taus)
            OptionGuard.Between(tau, 0, 1, nameof(Taus));
        OptionGuard.AtLeast(TrainingSteps, 0);
        OptionGuard.AtLeast(TrainingBatchSize, 1);
        OptionGuard.AtLeast(PromptTokens, 0);
        OptionGuard.AtLeast(NewTokens, 0);
        OptionGuard.AtLeast(Repeats, 1);
    }
}
