using System.Collections;

namespace Microsoft.ML.Data;

/// <summary>A vector, dense or sparse. The struct is read-only, its arrays are reused by the next getter call that is given it.</summary>
public readonly partial struct VBuffer<T> : IEnumerable
{
    public readonly int Length;

    private readonly T[]? _values;
    private readonly int[]? _indices;
    private readonly int _count;

    public VBuffer(int length, T[] values, int[]? indices = null)
        : this(length, length, values, indices!)
    {
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((uint)count > (uint)length)
            throw new ArgumentOutOfRangeException(nameof(count), $"A vector of length {length} has 0 to {length} values, not {count}.");
        if ((values?.Length ?? 0) < count)
            throw new ArgumentOutOfRangeException(nameof(values), $"{count} values expected, {values?.Length ?? 0} found.");
        if (count < length && (indices?.Length ?? 0) < count)
            throw new ArgumentOutOfRangeException(nameof(indices), $"{count} indices expected, {indices?.Length ?? 0} found.");
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    public bool IsDense => _count == Length;

    /// <summary>The explicit values; all of them if dense.</summary>
    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    /// <summary>The ascending indices of <see cref="GetValues"/>; empty if dense.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public T GetItemOrDefault(int index)
    {
        T item = default!;
        GetItemOrDefault(index, ref item);
        return item;
    }

    public void GetItemOrDefault(int index, ref T destination)
    {
        if ((uint)index >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(index), $"Index {index} lies outside a vector of length {Length}.");
        int slot = IsDense ? index : GetIndices().BinarySearch(index);
        destination = slot >= 0 ? _values![slot] : default!;
    }

    /// <summary>The explicit values with their indices, or all of them.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        int next = 0;
        for (int slot = 0; slot < _count; slot++)
        {
            int index = _count == Length ? slot : _indices![slot];
            for (; all && next < index; next++)
                yield return new(next, default!);
            yield return new(index, _values![slot]);
            next = index + 1;
        }

        for (; all && next < Length; next++)
            yield return new(next, default!);
    }

    public IEnumerable<T> DenseValues() => Items(all: true).Select(item => item.Value);

    /// <summary>The array of explicit values, as it lies in memory: it may be longer than what is in use.</summary>
    public IEnumerator GetEnumerator() => (_values ?? []).GetEnumerator();

    public override string ToString() => IsDense
        ? $"Dense vector of size {Length}"
        : $"Sparse vector of size {Length}, {_count} explicit values";
}
