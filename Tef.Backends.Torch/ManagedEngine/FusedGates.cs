using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>Gates on rows, one pass over memory forward and one backward, in which every row also gives the gradient of its gate.</summary>
internal static unsafe class FusedGates
{
    private const int Grain = 8192;

    /// <summary>Whether tensors have the types and shapes that these kernels work on.</summary>
    /// <param name="gate">float32 <c>[N, 1]</c>.</param>
    /// <param name="rows">float32 <c>[N, C]</c> each.</param>
    public static bool CanServe(Tensor gate, params ReadOnlySpan<Tensor> rows)
    {
        foreach (var matrix in rows)
        {
            if (matrix.dtype != ScalarType.Float32 || matrix.dim() != 2 || !matrix.shape.AsSpan().SequenceEqual(rows[0].shape))
                return false;
        }
        return gate.dtype == ScalarType.Float32 && gate.dim() == 2 && gate.shape[0] == rows[0].shape[0] && gate.shape[1] == 1;
    }

    /// <inheritdoc cref="Filtering.ITokenFilterKernels.Gate" />
    public static Tensor Gate(Tensor rows, Tensor gate, Tensor? keep)
    {
        var x = rows.contiguous();
        var g = gate.contiguous();
        var kept = keep?.contiguous();
        var result = empty(x.shape);
        using (KernelProfile.Measure("token filter: gate", 0, 2.0 * sizeof(float) * x.numel()))
        {
            var body = new GateBody
            {
                X = x.Impl.As<float>(),
                G = g.Impl.As<float>(),
                Keep = kept is null ? null : kept.Impl.As<byte>(),
                Y = result.Impl.As<float>(),
                Width = (int)x.shape[1],
            };
            Run(x, ref body);
        }
        return Fused.Needs(rows, gate) ? Fused.Record(result, [rows, gate], [x, g, kept], GateBackward, "Gate") : result;
    }

    /// <inheritdoc cref="Filtering.ITokenFilterKernels.Blend" />
    public static Tensor Blend(Tensor rows, Tensor computed, Tensor gate)
    {
        var x = rows.contiguous();
        var f = computed.contiguous();
        var g = gate.contiguous();
        var result = empty(x.shape);
        using (KernelProfile.Measure("token filter: blend", 0, 3.0 * sizeof(float) * x.numel()))
        {
            var body = new BlendBody
            {
                X = x.Impl.As<float>(),
                F = f.Impl.As<float>(),
                G = g.Impl.As<float>(),
                Y = result.Impl.As<float>(),
                Width = (int)x.shape[1],
            };
            Run(x, ref body);
        }
        return Fused.Needs(rows, computed, gate)
            ? Fused.Record(result, [rows, computed, gate], [x, f, g], BlendBackward, "Blend")
            : result;
    }

    private static Tensor?[] GateBackward(Node node, Tensor gradient)
    {
        var x = node.Saved(0);
        var outer = gradient.contiguous();
        using var region = KernelProfile.Measure("token filter: gate gradient", 0, 3.0 * sizeof(float) * outer.numel());
        var dx = node.Needs(0) ? empty(x.shape) : null;
        var dGate = node.Needs(1) ? empty(x.shape[0], 1) : null;
        var body = new GateGradientBody
        {
            X = x.Impl.As<float>(),
            G = node.Saved(1).Impl.As<float>(),
            Keep = node.HasSaved(2) ? node.Saved(2).Impl.As<byte>() : null,
            Outer = outer.Impl.As<float>(),
            Dx = Data(dx),
            Dg = Data(dGate),
            Width = (int)x.shape[1],
        };
        Run(x, ref body);
        return [dx, dGate];
    }

    private static Tensor?[] BlendBackward(Node node, Tensor gradient)
    {
        var x = node.Saved(0);
        var outer = gradient.contiguous();
        using var region = KernelProfile.Measure("token filter: blend gradient", 0, 5.0 * sizeof(float) * outer.numel());
        var dx = node.Needs(0) ? empty(x.shape) : null;
        var df = node.Needs(1) ? empty(x.shape) : null;
        var dGate = node.Needs(2) ? empty(x.shape[0], 1) : null;
        var body = new BlendGradientBody
        {
            X = x.Impl.As<float>(),
            F = node.Saved(1).Impl.As<float>(),
            G = node.Saved(2).Impl.As<float>(),
            Outer = outer.Impl.As<float>(),
            Dx = Data(dx),
            Df = Data(df),
            Dg = Data(dGate),
            Width = (int)x.shape[1],
        };
        Run(x, ref body);
        return [dx, df, dGate];
    }

    private static float* Data(Tensor? tensor) => tensor is null ? null : tensor.Impl.As<float>();

    private static void Run<TBody>(Tensor rows, ref TBody body)
        where TBody : struct, IRangeBody =>
        ThreadTeam.For(rows.shape[0], Math.Max(1, Grain / Math.Max(1, rows.shape[1])), ref body);

    /// <summary>A row as whole vectors; what is left over begins behind them.</summary>
    private static Span<Vector<float>> Vectors(float* row, int width) => MemoryMarshal.Cast<float, Vector<float>>(new Span<float>(row, width));

    private struct GateBody : IRangeBody
    {
        public float* X;
        public float* G;
        public byte* Keep;
        public float* Y;
        public int Width;

        public readonly void Run(long begin, long end)
        {
            for (long row = begin; row < end; row++)
            {
                float* x = X + (row * Width), y = Y + (row * Width);
                float gate = Keep == null || Keep[row] != 0 ? G[row] : 0;
                var from = Vectors(x, Width);
                var to = Vectors(y, Width);
                for (int i = 0; i < from.Length; i++)
                    to[i] = from[i] * gate;
                for (int i = from.Length * Vector<float>.Count; i < Width; i++)
                    y[i] = x[i] * gate;
            }
        }
    }

    private struct GateGradientBody : IRangeBody
    {
        public float* X;
        public float* G;
        public byte* Keep;
        public float* Outer;
        public float* Dx;
        public float* Dg;
        public int Width;

        public readonly void Run(long begin, long end)
        {
            for (long row = begin; row < end; row++)
            {
                bool kept = Keep == null || Keep[row] != 0;
                float gate = kept ? G[row] : 0, sum = 0;
                float* x = X + (row * Width), outer = Outer + (row * Width), dx = Dx == null ? null : Dx + (row * Width);
                var xs = Vectors(x, Width);
                var outers = Vectors(outer, Width);
                var total = Vector<float>.Zero;
                for (int i = 0; i < xs.Length; i++)
                    total += outers[i] * xs[i];
                for (int i = xs.Length * Vector<float>.Count; i < Width; i++)
                    sum += outer[i] * x[i];
                if (dx != null)
                {
                    var dxs = Vectors(dx, Width);
                    for (int i = 0; i < dxs.Length; i++)
                        dxs[i] = outers[i] * gate;
                    for (int i = dxs.Length * Vector<float>.Count; i < Width; i++)
                        dx[i] = outer[i] * gate;
                }
                if (Dg != null)
                    Dg[row] = kept ? sum + Vector.Sum(total) : 0;
            }
        }
    }

    private struct BlendBody : IRangeBody
    {
        public float* X;
        public float* F;
        public float* G;
        public float* Y;
        public int Width;

        public readonly void Run(long begin, long end)
        {
            for (long row = begin; row < end; row++)
            {
                float* x = X + (row * Width), f = F + (row * Width), y = Y + (row * Width);
                float weight = (G[row] * 2) - 1;
                var xs = Vectors(x, Width);
                var fs = Vectors(f, Width);
                var ys = Vectors(y, Width);
                for (int i = 0; i < xs.Length; i++)
                    ys[i] = fs[i] + ((fs[i] - xs[i]) * weight);
                for (int i = xs.Length * Vector<float>.Count; i < Width; i++)
                    y[i] = f[i] + ((f[i] - x[i]) * weight);
            }
        }
    }

    private struct BlendGradientBody : IRangeBody
    {
        public float* X;
        public float* F;
        public float* G;
        public float* Outer;
        public float* Dx;
        public float* Df;
        public float* Dg;
        public int Width;

        public readonly void Run(long begin, long end)
        {
            for (long row = begin; row < end; row++)
            {
                long at = row * Width;
                float weight = (G[row] * 2) - 1, sum = 0;
                var total = Vector<float>.Zero;
                var xs = Vectors(X + at, Width);
                var fs = Vectors(F + at, Width);
                var outers = Vectors(Outer + at, Width);
                var dxs = Dx == null ? default : Vectors(Dx + at, Width);
                var dfs = Df == null ? default : Vectors(Df + at, Width);
                for (int i = 0; i < xs.Length; i++)
                {
                    var outer = outers[i];
                    var weighted = outer * weight;
                    total += outer * (fs[i] - xs[i]);
                    if (!dxs.IsEmpty)
                        dxs[i] = -weighted;
                    if (!dfs.IsEmpty)
                        dfs[i] = outer + weighted;
                }
                for (int i = xs.Length * Vector<float>.Count; i < Width; i++)
                {
                    float outer = Outer[at + i], weighted = outer * weight;
                    sum += outer * (F[at + i] - X[at + i]);
                    if (Dx != null)
                        Dx[at + i] = -weighted;
                    if (Df != null)
                        Df[at + i] = outer + weighted;
                }
                if (Dg != null)
                    Dg[row] = 2 * (sum + Vector.Sum(total));
            }
        }
    }
}
