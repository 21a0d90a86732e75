using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>
/// Where the gradient of one input is written: straight into the buffer of a weight, so that it accumulates in place, or into a
/// fresh tensor that the backward pass hands on.
/// </summary>
internal readonly unsafe ref struct GradientTarget
{
    private GradientTarget(float* data, bool accumulate, Tensor? handedOn)
    {
        Data = data;
        Accumulate = accumulate;
        HandedOn = handedOn;
    }

    /// <summary>Where to write; null when the input needs no gradient.</summary>
    public float* Data { get; }

    /// <summary>Whether the place holds a gradient already, which must be added to.</summary>
    public bool Accumulate { get; }

    /// <summary>What the backward function returns for this input.</summary>
    public Tensor? HandedOn { get; }

    public bool IsNeeded => Data != null;

    public static GradientTarget Of(Node node, int input, ReadOnlySpan<long> shape)
    {
        if (!node.Needs(input))
            return default;
        if (node.TryGetSink(input, out var sink, out bool isNew))
            return new GradientTarget(sink.As<float>(), !isNew, null);
        var fresh = empty(shape.ToArray());
        return new GradientTarget(fresh.Impl.As<float>(), false, fresh);
    }

    /// <summary>For kernels that can only add: a place that holds zeros or a gradient.</summary>
    public GradientTarget Cleared(long count)
    {
        if (IsNeeded && !Accumulate)
            new Span<float>(Data, checked((int)count)).Clear();
        return this;
    }
}
