using System.Numerics;

namespace TorchSharp.Kernels;

/// <summary>
/// Sums of all elements so far along the middle of [outer, length, inner], added one after the other. The total is kept in a type
/// of its own: PyTorch keeps it in double for Float32 and rounds each partial sum.
/// </summary>
internal static unsafe class RunningSum
{
    internal static void Run<T, TTotal>(T* x, T* result, long outer, long length, long inner)
        where T : unmanaged, INumber<T>
        where TTotal : unmanaged, INumber<TTotal>
    {
        for (long o = 0; o < outer; o++)
        {
            for (long i = 0; i < inner; i++)
            {
                long at = (o * length * inner) + i;
                TTotal total = TTotal.Zero;
                for (long r = 0; r < length; r++, at += inner)
                {
                    total += TTotal.CreateTruncating(x[at]);
                    result[at] = T.CreateTruncating(total);
                }
            }
        }
    }
}
