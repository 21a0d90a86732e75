using Tef.Core.Decoding;
using Tef.Core.Filtering;
using Tef.Core.Safetensors;

namespace Tef.Core.Models;

/// <summary>
/// A trained or fresh model of a backend. Safe to use from many threads at once, except while it is being trained.
/// </summary>
public interface ILanguageModel : IDisposable
{
    /// <summary>The configuration, complete enough to build the same model again.</summary>
    LanguageModelOptions Options { get; }

    /// <summary>Number of trained numbers.</summary>
    long ParameterCount { get; }

    /// <summary>Starts decoding with empty caches; sessions share the weights and nothing else.</summary>
    /// <param name="rows">Number of sequences that advance together.</param>
    /// <exception cref="InvalidOperationException">A token selector of the model is not causal; the message names it.</exception>
    IDecodingSession StartDecoding(int rows = 1);

    /// <summary>Starts decoding with another rule for the token filters than the model's own.</summary>
    /// <param name="rows">Number of sequences that advance together.</param>
    /// <param name="filter">The rule; the model's own when null.</param>
    /// <exception cref="InvalidOperationException">The rule is not causal.</exception>
    /// <exception cref="ArgumentException">The rule is out of range or does not fit the model.</exception>
    /// <exception cref="NotSupportedException">This model knows no rule but its own.</exception>
    IDecodingSession StartDecoding(int rows, FilterOverride? filter) => filter is null ? StartDecoding(rows) : throw NoOverride(this);

    /// <summary>Scores a sequence with another rule for the token filters than the model's own.</summary>
    /// <param name="tokens">At least one and at most <see cref="LanguageModelOptions.Context"/> token ids.</param>
    /// <param name="filter">The rule; the model's own when null.</param>
    /// <exception cref="ArgumentException">
    /// The sequence is empty or too long, an id is outside the vocabulary, or the rule does not fit the model.
    /// </exception>
    /// <exception cref="NotSupportedException">This model knows no rule but its own.</exception>
    SequenceScore Score(ReadOnlySpan<int> tokens, FilterOverride? filter) => filter is null ? Score(tokens) : throw NoOverride(this);

    /// <summary>Scores a sequence under the model.</summary>
    /// <param name="tokens">At least one and at most <see cref="LanguageModelOptions.Context"/> token ids.</param>
    /// <exception cref="ArgumentException">The sequence is empty or too long, or an id is outside the vocabulary.</exception>
    SequenceScore Score(ReadOnlySpan<int> tokens);

    /// <summary>Writes all weights as safetensors, with Hugging Face names where those exist.</summary>
    /// <param name="destination">A stream to write to; it need not seek.</param>
    void SaveWeights(Stream destination);

    /// <summary>Writes all weights as safetensors of a given type; token filters stay float32, for they decide by small differences.</summary>
    /// <param name="destination">A stream to write to; it need not seek.</param>
    /// <param name="type">F32, BF16 or F16.</param>
    /// <exception cref="ArgumentException">Another type is asked for.</exception>
    /// <exception cref="NotSupportedException">This model writes no other type than F32.</exception>
    void SaveWeights(Stream destination, SafetensorsType type)
    {
        if (type != SafetensorsType.F32)
            throw new NotSupportedException($"{GetType().Name} writes its weights as F32 alone, not as {type}.");
        SaveWeights(destination);
    }

    private static NotSupportedException NoOverride(ILanguageModel model) =>
        new($"{model.GetType().Name} has no other rule for its token filters than its own.");
}
