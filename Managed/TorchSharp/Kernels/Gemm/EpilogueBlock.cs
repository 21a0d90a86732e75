using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>Bias and activation over a block of C that has its final sums.</summary>
internal static unsafe class EpilogueBlock
{
    public static void Apply(in GemmArguments g, int row, int rows, int column, int columns, bool bias)
    {
        if (Vector512.IsHardwareAccelerated)
            Apply<Simd512>(g, row, rows, column, columns, bias);
        else if (Vector256.IsHardwareAccelerated)
            Apply<Simd256>(g, row, rows, column, columns, bias);
        else
            Apply<Simd128>(g, row, rows, column, columns, bias);
    }

    private static void Apply<S>(in GemmArguments g, int row, int rows, int column, int columns, bool bias)
        where S : struct, ISimd<S>
    {
        GemmEpilogue e = g.Epilogue;
        float* b = bias && e.Bias is not null ? e.Bias + column : null;
        for (int i = row; i < row + rows; i++)
        {
            float* c = g.C + ((long)i * g.Ldc) + column;
            float* pre = e.PreActivation is null ? null : e.PreActivation + ((long)i * e.PreActivationStride) + column;
            int j = 0;
            for (; j + S.Count <= columns; j += S.Count)
            {
                S x = S.Load(c + j);
                if (b is not null)
                    x += S.Load(b + j);
                if (pre is not null)
                    x.Store(pre + j);
                (e.GeluTanh ? Gelu.Tanh(x) : x).Store(c + j);
            }
            if (j < columns)
            {
                int rest = columns - j;
                S x = S.Load(c + j, rest);
                if (b is not null)
                    x += S.Load(b + j, rest);
                if (pre is not null)
                    x.Store(pre + j, rest);
                (e.GeluTanh ? Gelu.Tanh(x) : x).Store(c + j, rest);
            }
        }
    }
}
