using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
internal sealed unsafe class GemmTests
{
    [Test]
    public void AnyShapeEqualsTheNaiveProduct()
    {
        Random random = new(1);
        int[] sizes = [1, 2, 3, 4, 5, 11, 12, 13, 16, 31, 32, 33, 47, 64, 65, 100, 129];
        for (int round = 0; round < 300; round++)
        {
            int m = sizes[random.Next(sizes.Length)], n = sizes[random.Next(sizes.Length)], k = sizes[random.Next(sizes.Length)];
            Compare(random, random.Next(2) == 1, random.Next(2) == 1, m, n, k);
        }
    }

    [TestCase(0, 3, 4)]
    [TestCase(3, 0, 4)]
    [TestCase(3, 4, 0)]
    [TestCase(40, 50, 0)]
    public void EmptySizesWork(int m, int n, int k) => Compare(new Random(2), false, true, m, n, k);

    [TestCase(false, false, 150, 200, 700)]
    [TestCase(true, false, 200, 150, 1100)]
    [TestCase(false, true, 97, 1300, 530)]
    [TestCase(true, true, 64, 300, 513)]
    [TestCase(false, false, 3, 5000, 310)]
    [TestCase(false, false, 1, 300, 1999)]
    [TestCase(true, false, 2, 301, 787)]
    [TestCase(false, true, 1, 1000, 770)]
    public void SeveralDepthBlocksAndTasksWork(bool transA, bool transB, int m, int n, int k)
    {
        Random random = new(3);
        Compare(random, transA, transB, m, n, k);
    }

    [TestCase(203, 311, 519, true)]
    [TestCase(1, 1231, 519, true)]
    [TestCase(1, 1231, 519, false)]
    [TestCase(3, 700, 519, true)]
    [TestCase(3, 700, 519, false)]
    public void ThreadsDoNotChangeTheBits(int m, int n, int k, bool transB)
    {
        Random random = new(4);
        using Floats a = new((long)m * k, random), b = new((long)k * n, random), one = new((long)m * n), two = new((long)m * n);
        int threads = ThreadTeam.Threads;
        try
        {
            ThreadTeam.Threads = 1;
            Gemm.Multiply(false, transB, m, n, k, a.At, k, b.At, transB ? k : n, 0f, one.At, n);
            ThreadTeam.Threads = 3;
            Gemm.Multiply(false, transB, m, n, k, a.At, k, b.At, transB ? k : n, 0f, two.At, n);
        }
        finally
        {
            ThreadTeam.Threads = threads;
        }
        Assert.That(two.ToArray(), Is.EqualTo(one.ToArray()));
    }

    [Test]
    public void BatchesEqualSingleProducts()
    {
        Random random = new(5);
        foreach (int batch in (int[])[1, 3, 40])
        {
            const int M = 17, N = 23, K = 9;
            using Floats a = new(batch * M * K, random), b = new(K * N, random), all = new(batch * M * N), one = new(M * N);
            Gemm.MultiplyBatched(batch, false, false, M, N, K, a.At, K, M * K, b.At, N, 0, 0f, all.At, N, M * N);
            for (int i = 0; i < batch; i++)
            {
                Gemm.Multiply(false, false, M, N, K, a.At + (i * M * K), K, b.At, N, 0f, one.At, N);
                Assert.That(new ReadOnlySpan<float>(all.At + (i * M * N), M * N).SequenceEqual(one.ToArray()), Is.True);
            }
        }
    }

    private static void Compare(Random random, bool transA, bool transB, int m, int n, int k)
    {
        int lda = (transA ? m : k) + random.Next(3), ldb = (transB ? k : n) + random.Next(3);
        int ldc = n + random.Next(3), ldp = n + random.Next(2);
        float alpha = random.Next(3) switch { 0 => 1f, 1 => -0.5f, _ => 2f };
        float beta = random.Next(4) switch { 0 => 0f, 1 => 1f, 2 => 0f, _ => 0.75f };
        bool withBias = random.Next(2) == 1, gelu = random.Next(3) == 0;
        using Floats a = new((long)lda * (transA ? k : m), random), b = new((long)ldb * (transB ? n : k), random);
        using Floats c = new((long)ldc * m, random), bias = new(n, random), pre = new((long)ldp * m, random);
        if (beta == 0f)
        {
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                    c[(i * ldc) + j] = float.NaN;
            }
        }
        float[] before = c.ToArray();
        GemmEpilogue epilogue = new()
        {
            Bias = withBias ? bias.At : null,
            GeluTanh = gelu,
            PreActivation = gelu ? pre.At : null,
            PreActivationStride = ldp,
        };
        Gemm.Multiply(transA, transB, m, n, k, a.At, lda, b.At, ldb, beta, c.At, ldc, alpha, epilogue);
        string what = $"m {m} n {n} k {k} transA {transA} transB {transB} alpha {alpha} beta {beta} bias {withBias} gelu {gelu}";
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < ldc; j++)
            {
                if (j >= n)
                {
                    Assert.That(c[(i * ldc) + j], Is.EqualTo(before[(i * ldc) + j]), "between the rows: " + what);
                    continue;
                }
                double sum = 0.0;
                for (int p = 0; p < k; p++)
                    sum += (double)(transA ? a[(p * lda) + i] : a[(i * lda) + p]) * (transB ? b[(j * ldb) + p] : b[(p * ldb) + j]);
                sum *= alpha;
                if (beta != 0f)
                    sum += beta * (double)before[(i * ldc) + j];
                if (withBias)
                    sum += bias[j];
                if (gelu)
                {
                    Close.Check(sum, pre[(i * ldp) + j], 2e-5, "pre-activation " + what);
                    sum = Reference.GeluTanh(sum);
                }
                Close.Check(sum, c[(i * ldc) + j], 2e-5, $"[{i}, {j}] {what}");
            }
        }
    }
}
