using System.Runtime.Intrinsics;

namespace TorchSharp.Kernels;

/// <summary>Matrix products of row-major float matrices.</summary>
internal static unsafe class Gemm
{
    /// <summary>Rows of A (or columns of B) up to which a product reads the other operand in place instead of packing it.</summary>
    private const int FewRows = 4;

    /// <summary>
    /// C ← alpha · op(A) · op(B) + beta · C, then the epilogue.
    /// </summary>
    /// <param name="transA">A is stored [k, m] instead of [m, k].</param>
    /// <param name="transB">B is stored [n, k] instead of [k, n].</param>
    /// <param name="m">Rows of C.</param>
    /// <param name="n">Columns of C.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="a">A.</param>
    /// <param name="lda">Floats from row to row of A as stored.</param>
    /// <param name="b">B.</param>
    /// <param name="ldb">Floats from row to row of B as stored.</param>
    /// <param name="beta">With 0, C is not read.</param>
    /// <param name="c">C [m, n].</param>
    /// <param name="ldc">Floats from row to row of C.</param>
    /// <param name="alpha">Factor of the product.</param>
    /// <param name="epilogue">Bias and activation.</param>
    public static void Multiply(
        bool transA, bool transB, int m, int n, int k, float* a, int lda, float* b, int ldb,
        float beta, float* c, int ldc, float alpha = 1f, in GemmEpilogue epilogue = default)
    {
        if (m == 0 || n == 0)
            return;
        using KernelProfile.Region region = m <= FewRows
            ? KernelProfile.Measure("matrix-vector", 2.0 * m * n * k, sizeof(float) * (double)n * k)
            : KernelProfile.Measure("gemm", 2.0 * m * n * k, 0);
        GemmArguments g = new()
        {
            TransA = transA,
            TransB = transB,
            M = m,
            N = n,
            K = k,
            A = a,
            Lda = lda,
            B = b,
            Ldb = ldb,
            Beta = beta,
            C = c,
            Ldc = ldc,
            Alpha = alpha,
            Epilogue = epilogue,
        };
        if (k == 0 || alpha == 0f || (beta != 0f && beta != 1f))
            ScaleTarget(ref g);
        if (k == 0 || alpha == 0f)
        {
            if (epilogue.Bias is not null || epilogue.GeluTanh)
                EpilogueBlock.Apply(g, 0, m, 0, n, bias: true);
            return;
        }
        if (m <= FewRows)
            MatrixVector.Multiply(g);
        else if (Vector512.IsHardwareAccelerated)
            PackedGemm.Multiply<MicroKernel512>(g);
        else if (Vector256.IsHardwareAccelerated)
            PackedGemm.Multiply<MicroKernel256>(g);
        else
            PackedGemm.Multiply<MicroKernel128>(g);
    }

    /// <summary>The same for <paramref name="batch"/> independent products whose operands lie at fixed distances (0 shares one).</summary>
    public static void MultiplyBatched(
        int batch, bool transA, bool transB, int m, int n, int k, float* a, int lda, long strideA, float* b, int ldb, long strideB,
        float beta, float* c, int ldc, long strideC, float alpha = 1f)
    {
        Batch body = new(transA, transB, m, n, k, a, lda, strideA, b, ldb, strideB, beta, c, ldc, strideC, alpha);
        // Few products share the threads inside each, many are one item per thread.
        if (batch < 2 * ThreadTeam.Threads)
            body.Run(0, batch);
        else
            ThreadTeam.For(batch, Math.Max(1, batch / (16L * ThreadTeam.Threads)), ref body);
    }

    private static void ScaleTarget(ref GemmArguments g)
    {
        for (int i = 0; i < g.M; i++)
        {
            Span<float> row = new(g.C + ((long)i * g.Ldc), g.N);
            if (g.Beta == 0f)
                row.Clear();
            else
                System.Numerics.Tensors.TensorPrimitives.Multiply(row, g.Beta, row);
        }
        g.Beta = 1f;
    }

    private readonly struct Batch(
        bool transA, bool transB, int m, int n, int k, float* a, int lda, long strideA, float* b, int ldb, long strideB,
        float beta, float* c, int ldc, long strideC, float alpha) : IRangeBody
    {
        public void Run(long begin, long end)
        {
            for (long i = begin; i < end; i++)
                Multiply(transA, transB, m, n, k, a + (i * strideA), lda, b + (i * strideB), ldb, beta, c + (i * strideC), ldc, alpha);
        }
    }
}
