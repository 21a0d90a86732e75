using System.Runtime.CompilerServices;
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
        float* b = bias && g.Epilogue.Bias is not null ? g.Epilogue.Bias + column : null;
        float* pre = g.Epilogue.PreActivation;
        for (int i = row; i < row + rows; i++)
        {
            float* c = g.C + ((long)i * g.Ldc) + column;
            if (b is not null)
                Add<S>(c, b, columns);
            if (g.Epilogue.GeluTanh)
                Activate<S>(c, pre is null ? c : pre + ((long)i * g.Epilogue.PreActivationStride) + column, columns);
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void Add<S>(float* c, float* bias, int columns)
        where S : struct, ISimd<S>
    {
        int j = 0;
        for (; j + S.Count <= columns; j += S.Count)
            (S.Load(c + j) + S.Load(bias + j)).Store(c + j);
        for (; j < columns; j++)
            c[j] += bias[j];
    }

    /// <summary>c = gelu(c); the old c goes to <paramref name="pre"/>, which may be c.</summary>
    [MethodImpl(Jit.Kernel)]
    private static void Activate<S>(float* c, float* pre, int columns)
        where S : struct, ISimd<S>
    {
        int j = 0;
        for (; j + S.Count <= columns; j += S.Count)
        {
            S x = S.Load(c + j);
            x.Store(pre + j);
            Gelu.Tanh(x).Store(c + j);
        }
        if (j < columns)
        {
            S x = S.Load(c + j, columns - j);
            x.Store(pre + j, columns - j);
            Gelu.Tanh(x).Store(c + j, columns - j);
        }
    }
}
