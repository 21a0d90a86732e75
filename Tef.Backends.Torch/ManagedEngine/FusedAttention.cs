using Tef.Backends.Torch.Engine;
using TorchSharp;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>
/// Causal attention that reads queries, keys and values where the projection left them, <c>[N, 3, H, D]</c>, and writes their
/// gradients to the same places of one buffer.
/// </summary>
internal static unsafe class FusedAttention
{
    /// <inheritdoc cref="ITransformerKernels.CausalAttention" />
    public static Tensor Apply(Tensor qkv, int heads, SequenceLayout layout, Tensor? visible, double dropout)
    {
        var packed = qkv.contiguous();
        var keys = visible?.contiguous();
        var plan = new Plan(heads, (int)packed.shape[1] / 3, layout, keys is not null, dropout);
        bool record = Fused.Needs(qkv);
        var result = empty(layout.Rows, plan.Width);
        Tensor? logSumExp = null;
        fixed (int* offsets = layout.Offsets)
        {
            var shape = plan.Shape(offsets, keys);
            logSumExp = record ? empty(shape.LogSumExpCount) : null;
            Attention.Forward(
                shape, plan.Part(packed, 0), plan.Part(packed, 1), plan.Part(packed, 2), plan.Rows(result),
                logSumExp is null ? null : logSumExp.Impl.As<float>());
        }
        return record
            ? Fused.Record(result, [qkv], [packed, result, logSumExp, keys], (node, gradient) => Backward(node, gradient, plan), "CausalAttention")
            : result;
    }

    private static Tensor?[] Backward(Node node, Tensor gradient, Plan plan)
    {
        var packed = node.Saved(0);
        var outer = gradient.contiguous();
        var inner = empty(packed.shape);
        fixed (int* offsets = plan.Layout.Offsets)
        {
            Attention.Backward(
                plan.Shape(offsets, plan.HidesKeys ? node.Saved(3) : null), plan.Part(packed, 0), plan.Part(packed, 1), plan.Part(packed, 2), plan.Rows(node.Saved(1)),
                plan.Rows(outer), node.Saved(2).Impl.As<float>(), plan.Part(inner, 0), plan.Part(inner, 1), plan.Part(inner, 2));
        }
        return [inner];
    }

    /// <summary>What forward and backward must agree on.</summary>
    private sealed class Plan(int heads, int width, SequenceLayout layout, bool hidesKeys, double dropout)
    {
        private readonly ulong _seed = dropout > 0 ? (ulong)randint(long.MaxValue, [1], dtype: ScalarType.Int64).item<long>() : 0;

        public SequenceLayout Layout => layout;

        public int Width => width;

        public bool HidesKeys => hidesKeys;

        public AttentionShape Shape(int* offsets, Tensor? keys) => new()
        {
            Batch = layout.Batch,
            Heads = heads,
            QueryLength = layout.MaxLength,
            KeyLength = layout.MaxLength,
            HeadSize = width / heads,
            Scale = 1f / MathF.Sqrt((float)width / heads),
            Causal = true,
            KeyMask = keys is null ? null : keys.Impl.As<byte>(),
            SequenceOffsets = layout.IsUniform ? null : offsets,
            Dropout = (float)dropout,
            Seed = _seed,
        };

        /// <summary>Queries, keys or values inside the projection's rows.</summary>
        public HeadView Part(Tensor packed, int part) =>
            new(packed.Impl.As<float>() + (part * width), 3L * width * layout.MaxLength, width / heads, 3L * width);

        public HeadView Rows(Tensor rows) => new(rows.Impl.As<float>(), (long)width * layout.MaxLength, width / heads, width);
    }
}
