using TorchSharp.Kernels;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>The keep mask of a cumulative share, sequence by sequence, in one pass over each.</summary>
internal static unsafe class FusedKeepMask
{
    /// <summary>Tokens of a chunk of work.</summary>
    private const int Grain = 2048;

    /// <inheritdoc cref="Filtering.ITokenFilterKernels.KeepMask" />
    public static Tensor Apply(Tensor gates, Tensor? active, float tau)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var region = KernelProfile.Measure("token filter: keep mask", 0, (double)gates.numel() * (sizeof(float) + sizeof(bool)));
        var source = gates.contiguous();
        var takesPart = active?.contiguous();
        int length = (int)source.shape[^1];
        var result = empty(source.shape, ScalarType.Bool);
        long rows = length == 0 ? 0 : source.numel() / length;
        var body = new Rows
        {
            Gates = source.Impl.As<float>(),
            Active = takesPart is null ? null : takesPart.Impl.As<byte>(),
            Keep = result.Impl.As<byte>(),
            Length = length,
            Tau = tau,
        };
        ThreadTeam.For(rows, Math.Max(1, Grain / Math.Max(1, length)), ref body);
        return result.MoveToOuterDisposeScope();
    }

    private struct Rows : IRangeBody
    {
        public float* Gates;
        public byte* Active;
        public byte* Keep;
        public int Length;
        public float Tau;

        public readonly void Run(long begin, long end)
        {
            float* work = (float*)NativePool.Rent((Length * (long)sizeof(float)) + KeepMaskRow.WorkBytes(Length));
            var shares = new Span<float>(work + (KeepMaskRow.WorkBytes(Length) / sizeof(float)), Length);
            for (long row = begin; row < end; row++)
            {
                var gates = new ReadOnlySpan<float>(Gates + (row * Length), Length);
                var keep = new Span<byte>(Keep + (row * Length), Length);
                byte* active = Active == null ? null : Active + (row * Length);
                if (active != null)
                {
                    for (int i = 0; i < Length; i++)
                        shares[i] = gates[i] * active[i];
                    gates = shares;
                }
                float total;
                fixed (float* weights = gates)
                    AxisReduction.Run<SumReduction<float>, float>(weights, &total, 1, Length, 1);
                TensorPrimitives.Divide(gates, total, shares);
                KeepMaskRow.Run(shares, Tau, keep, (byte*)work);
                if (active != null)
                    TensorPrimitives.BitwiseAnd(keep, new ReadOnlySpan<byte>(active, Length), keep);
            }
            NativePool.Return(work);
        }
    }
}
