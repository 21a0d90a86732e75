namespace Tef.Core.Training;

/// <summary>A learning-rate range test.</summary>
public sealed record LearningRateSearchOptions
{
    /// <summary>Learning rate of the first step.</summary>
    public double Lowest { get; init; } = 1e-6;

    /// <summary>Learning rate of the last step; those between rise by a constant factor.</summary>
    public double Highest { get; init; } = 1;

    /// <summary>Steps to make.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Ends early when the smoothed loss is so many times its lowest.</summary>
    public double StopAt { get; init; } = 4;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.Positive(Lowest);
        OptionGuard.Positive(Highest);
        if (Highest <= Lowest)
            throw new ArgumentException($"Highest must be above Lowest, {Lowest}, but is {Highest}.", nameof(Highest));
        OptionGuard.AtLeast(Steps, 3);
        OptionGuard.AtLeast(StopAt, 1);
    }
}
