using System.Numerics;

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
        if (sizeof(T) <= 4)
            Run<T, ulong, NarrowKeys<T>>(x, values, indices, rows, length, kept, descending);
        else
            Run<T, UInt128, WideKeys<T>>(x, values, indices, rows, length, kept, descending);
    }

    private static void Run<T, TKey, TKeys>(T* x, T* values, long* indices, long rows, int length, int kept, bool descending)
        where T : unmanaged
        where TKey : unmanaged, IComparable<TKey>, IComparisonOperators<TKey, TKey, bool>
        where TKeys : struct, IKeys<T, TKey>
    {
        var body = new SortBody<T, TKey, TKeys>
        {
            X = x,
            Values = values,
            Indices = indices,
            Length = length,
            Kept = kept,
            Descending = descending,
        };
        ThreadTeam.For(rows, Math.Max(1, 4096 / Math.Max(length, 1)), ref body);
    }

    /// <summary>Moves the k smallest keys to the front: a heap of the smallest so far, the largest of them on top.</summary>
    private static void Select<TKey>(Span<TKey> keys, int k)
        where TKey : unmanaged, IComparisonOperators<TKey, TKey, bool>
    {
        if (k == 0)
            return;
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

    private static void SiftDown<TKey>(Span<TKey> heap, int at)
        where TKey : unmanaged, IComparisonOperators<TKey, TKey, bool>
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

    private interface IKeys<T, TKey>
    {
        static abstract TKey Of(T value, int place, bool descending);

        static abstract int Place(TKey key);
    }

    private struct NarrowKeys<T> : IKeys<T, ulong>
        where T : unmanaged
    {
        public static ulong Of(T value, int place, bool descending)
        {
            uint order = Order(value);
            return ((ulong)(descending ? ~order : order) << 32) | (uint)place;
        }

        public static int Place(ulong key) => (int)(uint)key;

        private static uint Order(T value)
        {
            if (typeof(T) == typeof(int))
                return (uint)(int)(object)value ^ (1u << 31);
            if (typeof(T) != typeof(float))
                return (byte)(object)value;
            float number = (float)(object)value;
            if (float.IsNaN(number))
                return uint.MaxValue;
            // -0 and 0 are equal; the bits of negative numbers grow downwards.
            uint bits = BitConverter.SingleToUInt32Bits(number + 0f);
            return (bits >> 31) != 0 ? ~bits : bits | (1u << 31);
        }
    }

    private struct WideKeys<T> : IKeys<T, UInt128>
        where T : unmanaged
    {
        public static UInt128 Of(T value, int place, bool descending)
        {
            ulong order = Order(value);
            return new UInt128(descending ? ~order : order, (uint)place);
        }

        public static int Place(UInt128 key) => (int)(uint)key;

        private static ulong Order(T value)
        {
            if (typeof(T) == typeof(long))
                return (ulong)(long)(object)value ^ (1UL << 63);
            double number = (double)(object)value;
            if (double.IsNaN(number))
                return ulong.MaxValue;
            ulong bits = BitConverter.DoubleToUInt64Bits(number + 0.0);
            return (bits >> 63) != 0 ? ~bits : bits | (1UL << 63);
        }
    }

    private struct SortBody<T, TKey, TKeys> : IRangeBody
        where T : unmanaged
        where TKey : unmanaged, IComparable<TKey>, IComparisonOperators<TKey, TKey, bool>
        where TKeys : struct, IKeys<T, TKey>
    {
        internal T* X;
        internal T* Values;
        internal long* Indices;
        internal int Length;
        internal int Kept;
        internal bool Descending;

        public readonly void Run(long begin, long end)
        {
            TKey* buffer = (TKey*)NativePool.Rent((long)Length * sizeof(TKey));
            for (long row = begin; row < end; row++)
            {
                T* x = X + (row * Length);
                var keys = new Span<TKey>(buffer, Length);
                for (int i = 0; i < Length; i++)
                    keys[i] = TKeys.Of(x[i], i, Descending);
                if (Kept < Length)
                    Select(keys, Kept);
                keys = keys[..Kept];
                keys.Sort();
                for (int i = 0; i < Kept; i++)
                {
                    int place = TKeys.Place(keys[i]);
                    Indices[(row * Kept) + i] = place;
                    Values[(row * Kept) + i] = x[place];
                }
            }
            NativePool.Return(buffer);
        }
    }
}
