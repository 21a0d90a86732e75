using Tef.Core.Decoding;
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
}
