using Tef.Core.Text;

namespace Tef.Core.Configuration;

/// <summary>The texts of a run.</summary>
public sealed record DataSettings
{
    /// <summary>The text to learn from: a file, a folder or a pattern.</summary>
    public string? Train { get; init; }

    /// <summary>The text to measure on, likewise; <see cref="ValidShare"/> of the training text is held back when null.</summary>
    public string? Valid { get; init; }

    /// <summary>Share of the training text to measure on when there is no <see cref="Valid"/>.</summary>
    public double ValidShare { get; init; } = 0.05;

    /// <summary>How to read the files.</summary>
    public DocumentReadOptions Reading { get; init; } = new();

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        OptionGuard.Between(ValidShare, 0.001, 0.9);
        Reading.Validate();
    }
}
