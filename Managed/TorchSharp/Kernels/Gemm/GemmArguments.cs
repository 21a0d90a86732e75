namespace TorchSharp.Kernels;

/// <summary>One product C ← alpha · op(A) · op(B) + beta · C as <see cref="Gemm.Multiply"/> describes it.</summary>
internal unsafe struct GemmArguments
{
    public bool TransA;
    public bool TransB;
    public int M;
    public int N;
    public int K;
    public float* A;
    public int Lda;
    public float* B;
    public int Ldb;
    public float Beta;
    public float* C;
    public int Ldc;
    public float Alpha;
    public GemmEpilogue Epilogue;
}
