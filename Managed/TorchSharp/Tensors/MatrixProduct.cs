using System.Numerics;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Products of matrices and of batches of them, without gradients.</summary>
internal static unsafe class MatrixProduct
{
    /// <summary>[m, k] · [k, n].</summary>
    internal static TensorImpl Multiply(TensorImpl a, TensorImpl b)
    {
        TensorImpl result = TensorImpl.Allocate([a.Shape[0], b.Shape[1]], a.DType);
        Into(result, a, b, accumulate: false);
        return result;
    }

    /// <summary>Writes or adds [m, k] · [k, n] to a contiguous matrix; a bias [n] is added to each row.</summary>
    internal static void Into(TensorImpl result, TensorImpl a, TensorImpl b, bool accumulate, float* bias = null)
    {
        if (result.DType != ScalarType.Float32)
        {
            Slow(result, a, b, accumulate);
            return;
        }
        using var left = new MatrixView(a);
        using var right = new MatrixView(b);
        Gemm.Multiply(
            left.IsTransposed, right.IsTransposed, left.Rows, right.Columns, left.Columns, left.Data, left.Stride, right.Data, right.Stride,
            accumulate ? 1 : 0, result.As<float>(), Math.Max(1, right.Columns), 1, new GemmEpilogue { Bias = bias });
    }

    /// <summary>[batch, m, k] · [batch, k, n].</summary>
    internal static TensorImpl Batched(TensorImpl a, TensorImpl b)
    {
        long batch = a.Shape[0], m = a.Shape[1], n = b.Shape[2];
        TensorImpl result = TensorImpl.Allocate([batch, m, n], a.DType);
        if (a.DType != ScalarType.Float32)
        {
            for (long i = 0; i < batch; i++)
            {
                TensorImpl x = Entry(a, i), y = Entry(b, i), z = Entry(result, i);
                Slow(z, x, y, accumulate: false);
                x.Release();
                y.Release();
                z.Release();
            }
            return result;
        }
        using var left = new MatrixView(a);
        using var right = new MatrixView(b);
        Gemm.MultiplyBatched(
            checked((int)batch), left.IsTransposed, right.IsTransposed, left.Rows, right.Columns, left.Columns,
            left.Data, left.Stride, left.BatchStride, right.Data, right.Stride, right.BatchStride,
            0, result.As<float>(), Math.Max(1, right.Columns), m * n);
        return result;
    }

    private static TensorImpl Entry(TensorImpl batch, long i) =>
        batch.Window(batch.Offset + (i * batch.Strides[0]), batch.Shape[1..], batch.Strides[1..]);

    // Types that no model computes in: a plain loop.
    private static void Slow(TensorImpl result, TensorImpl a, TensorImpl b, bool accumulate)
    {
        switch (result.DType)
        {
            case ScalarType.Float64:
                Loop<double>(result, a, b, accumulate);
                break;
            case ScalarType.Int64:
                Loop<long>(result, a, b, accumulate);
                break;
            case ScalarType.Int32:
                Loop<int>(result, a, b, accumulate);
                break;
            default:
                throw new NotSupportedException(
                    $"Matrix products are defined for Float32, Float64, Int64 and Int32, found {result.DType}.");
        }
    }

    private static void Loop<T>(TensorImpl result, TensorImpl a, TensorImpl b, bool accumulate)
        where T : unmanaged, INumber<T>
    {
        T* x = a.As<T>(), y = b.As<T>(), z = result.As<T>();
        for (long i = 0; i < a.Shape[0]; i++)
        {
            for (long j = 0; j < b.Shape[1]; j++)
            {
                T sum = T.Zero;
                for (long k = 0; k < a.Shape[1]; k++)
                    sum += x[(i * a.Strides[0]) + (k * a.Strides[1])] * y[(k * b.Strides[0]) + (j * b.Strides[1])];
                long at = (i * result.Strides[0]) + (j * result.Strides[1]);
                z[at] = accumulate ? z[at] + sum : sum;
            }
        }
    }
}
