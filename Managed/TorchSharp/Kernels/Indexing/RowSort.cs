namespace TorchSharp.Kernels;

/// <summary>
/// Sorts rows and tells where each element came from. Every element becomes one key: its value in an order-preserving form above,
/// its place below. Keys differ, so any sort of them is stable. NaN is the largest value, as in PyTorch.
/// </summary>
internal static unsafe class RowSort
{
    /// <summary>The first <paramref name="kept"/> of each sorted row.</summary>
    internal static void Run<T>(T* x, T* values, long* indices, long rows, int length, int kept, bool descending)
        where T : unmanaged
    {
        var body = new SortBody<T> { X = x, Values = values, Indices = indices, Length = length, Kept = kept, Descending = descending };
        ThreadTeam.For(rows, Math.Max(1, 4096 / Math.Max(length, 1)), ref body);
    }

    private static UInt128 Key<T>(T value, int place, bool descending)
        where T : unmanaged
    {
        ulong order = Order(value);
        return new UInt128(descending ? ~order : order, (uint)place);
    }

    private static ulong Order<T>(T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return OrderOf((float)(object)value);
        if (typeof(T) == typeof(double))
            return OrderOf((double)(object)value);
        if (typeof(T) == typeof(long))
            return (ulong)(long)(object)value ^ (1UL << 63);
        if (typeof(T) == typeof(int))
            return (ulong)(int)(object)value ^ (1UL << 63);
        return (byte)(object)value;
    }

    private static ulong OrderOf(double value)
    {
        if (double.IsNaN(value))
            return ulong.MaxValue;
        // -0 and 0 are equal; the bits of negative numbers grow downwards.
        ulong bits = BitConverter.DoubleToUInt64Bits(value + 0.0);
        return (bits >> 63) != 0 ? ~bits : bits | (1UL << 63);
    }

    private static void Select(Span<UInt128> keys, int k)
    {
        // A heap of the k smallest keys so far, the largest of them on top.
        for (int i = (k / 2) - 1; i >= 0; i--)
            SiftDown(keys[..k], i);
        for (int i = k; i < keys.Length; i++)
        {
            if (keys[i] >= keys[0])
                continue;
            keys[0] = keys[i];
            SiftDown(keys[..k], 0);
        }
    }

    private static void SiftDown(Span<UInt128> heap, int at)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= heap.Length)
                return;
            if (child + 1 < heap.Length && heap[child + 1] > heap[child])
                child++;
            if (heap[at] >= heap[child])
                return;
            (heap[at], heap[child]) = (heap[child], heap[at]);
            at = child;
        }
    }

    private struct SortBody<T> : IRangeBody
        where T : unmanaged
    {
        internal T* X;
        internal T* Values;
        internal long* Indices;
        internal int Length;
        internal int Kept;
        internal bool Descending;

        public readonly void Run(long begin, long end)
        {
            UInt128* buffer = (UInt128*)NativePool.Rent((long)Length * sizeof(UInt128));
            for (long row = begin; row < end; row++)
            {
                T* x = X + (row * Length);
                var keys = new Span<UInt128>(buffer, Length);
                for (int i = 0; i < Length; i++)
                    keys[i] = Key(x[i], i, Descending);
                if (Kept < Length)
                    Select(keys, Kept);
                keys = keys[..Kept];
                keys.Sort();
                for (int i = 0; i < Kept; i++)
                {
                    long place = (uint)keys[i];
                    Indices[(row * Kept) + i] = place;
                    Values[(row * Kept) + i] = x[place];
                }
            }
            NativePool.Return(buffer);
        }
    }
}
