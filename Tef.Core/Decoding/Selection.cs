using System.Buffers;
using System.Numerics;

namespace Tef.Core.Decoding;

/// <summary>The largest of many scores, without sorting them all.</summary>
internal static class Selection
{
    /// <summary>
    /// Finds the largest values: a heap of those found so far, and a vectorised scan that passes over everything below its
    /// smallest.
    /// </summary>
    /// <param name="values">Scores; those that are negative infinity or not numbers are never found.</param>
    /// <param name="indices">Receives their positions in descending order; of equal values the first ones.</param>
    /// <returns>How many were found.</returns>
    public static int Largest(ReadOnlySpan<float> values, Span<int> indices)
    {
        int k = Math.Min(indices.Length, values.Length);
        if (k == 0)
            return 0;
        float[] rented = ArrayPool<float>.Shared.Rent(k);
        var heap = new Heap(rented.AsSpan(0, k), indices[..k]);
        int i = 0;
        while (i < values.Length && !heap.IsFull)
        {
            heap.Add(values[i], i);
            i++;
        }

        while (i < values.Length)
        {
            while (i <= values.Length - Vector<float>.Count
                && !Vector.GreaterThanAny(new Vector<float>(values[i..]), new Vector<float>(heap.Smallest)))
            {
                i += Vector<float>.Count;
            }

            int end = Math.Min(i + Vector<float>.Count, values.Length);
            for (; i < end; i++)
            {
                if (values[i] > heap.Smallest)
                    heap.ReplaceSmallest(values[i], i);
            }
        }

        int found = heap.SortDescending();
        ArrayPool<float>.Shared.Return(rented);
        return found;
    }

    /// <summary>Sets scores below a threshold to negative infinity.</summary>
    public static void ForbidBelow(Span<float> values, float threshold)
    {
        int i = 0;
        var limit = new Vector<float>(threshold);
        var forbidden = new Vector<float>(float.NegativeInfinity);
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var block = new Vector<float>(values[i..]);
            Vector.ConditionalSelect(Vector.LessThan(block, limit), forbidden, block).CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            if (values[i] < threshold)
                values[i] = float.NegativeInfinity;
        }
    }

    /// <summary>A binary heap whose root is the smallest value, of equal ones the last.</summary>
    private ref struct Heap(Span<float> values, Span<int> indices)
    {
        private readonly Span<float> _values = values;
        private readonly Span<int> _indices = indices;
        private int _count;

        public readonly bool IsFull => _count == _values.Length;

        public readonly float Smallest => _values[0];

        public void Add(float value, int index)
        {
            if (!(value > float.NegativeInfinity))
                return;
            int child = _count++;
            while (child > 0)
            {
                int parent = (child - 1) / 2;
                if (!IsSmaller(value, index, _values[parent], _indices[parent]))
                    break;
                (_values[child], _indices[child]) = (_values[parent], _indices[parent]);
                child = parent;
            }

            (_values[child], _indices[child]) = (value, index);
        }

        public readonly void ReplaceSmallest(float value, int index) => SiftDown(value, index, _count);

        /// <summary>Takes the heap apart from its end.</summary>
        public readonly int SortDescending()
        {
            for (int end = _count - 1; end > 0; end--)
            {
                (float value, int index) = (_values[end], _indices[end]);
                (_values[end], _indices[end]) = (_values[0], _indices[0]);
                SiftDown(value, index, end);
            }

            return _count;
        }

        private readonly void SiftDown(float value, int index, int count)
        {
            int parent = 0;
            while (true)
            {
                int child = 2 * parent + 1;
                if (child >= count)
                    break;
                if (child + 1 < count && IsSmaller(_values[child + 1], _indices[child + 1], _values[child], _indices[child]))
                    child++;
                if (!IsSmaller(_values[child], _indices[child], value, index))
                    break;
                (_values[parent], _indices[parent]) = (_values[child], _indices[child]);
                parent = child;
            }

            (_values[parent], _indices[parent]) = (value, index);
        }

        private static bool IsSmaller(float a, int indexOfA, float b, int indexOfB) => a < b || (a == b && indexOfA > indexOfB);
    }
}
