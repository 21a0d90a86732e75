using System.Numerics.Tensors;

namespace Tef.Core.Decoding;

/// <summary>Divides the logits: below 1 sharpens the distribution, above 1 flattens it.</summary>
/// <param name="temperature">Above zero.</param>
public sealed class TemperatureLogitsWarper(float temperature) : ILogitsProcessor
{
    private readonly float _temperature = Positive(temperature);

    /// <inheritdoc />
    public void Process(ReadOnlySpan<int> tokens, Span<float> logits) => TensorPrimitives.Divide(logits, _temperature, logits);

    private static float Positive(float temperature)
    {
        OptionGuard.Positive(temperature);
        return temperature;
    }
}
