namespace Microsoft.ML.Data;

public readonly partial struct VBuffer<T>
{
    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    /// <summary>Copies the part from <paramref name="sourceIndex"/> of <paramref name="length"/> items.</summary>
    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        if ((uint)sourceIndex > (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(sourceIndex), $"{sourceIndex} lies outside a vector of length {Length}.");
        if ((uint)length > (uint)(Length - sourceIndex))
        {
            throw new ArgumentOutOfRangeException(
                nameof(length), $"{length} items do not follow {sourceIndex} in a vector of length {Length}.");
        }

        int first = IsDense ? sourceIndex : LowerBound(sourceIndex);
        int end = IsDense ? sourceIndex + length : LowerBound(sourceIndex + length);
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length, end - first);
        GetValues()[first..end].CopyTo(editor.Values);
        if (!IsDense)
        {
            // A part of a sparse vector may be dense; its editor then has no room for indices.
            for (int slot = 0; slot < editor.Indices.Length; slot++)
                editor.Indices[slot] = _indices![first + slot] - sourceIndex;
        }

        destination = editor.Commit();
    }

    public void CopyToDense(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default!)
    {
        if ((uint)destinationIndex > (uint)destination.Length || destination.Length - destinationIndex < Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(destination), $"{Length} items do not fit into {destination.Length} from {destinationIndex}.");
        }

        Span<T> target = destination.Slice(destinationIndex, Length);
        ReadOnlySpan<T> values = GetValues();
        if (IsDense)
        {
            values.CopyTo(target);
            return;
        }

        target.Fill(defaultValue);
        ReadOnlySpan<int> indices = GetIndices();
        for (int slot = 0; slot < indices.Length; slot++)
            target[indices[slot]] = values[slot];
    }

    internal VBufferEditor<T> Edit(int length, int? valuesCount, int? maxCapacity, bool keepOld, bool requireIndices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int count = valuesCount ?? length;
        if ((uint)count > (uint)length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(valuesCount), $"A vector of length {length} has 0 to {length} values, not {count}.");
        }

        T[] values = Room(_values, count, maxCapacity, keepOld, out bool createdValues);
        bool withIndices = requireIndices || count < length;
        bool createdIndices = false;
        int[]? indices = withIndices ? Room(_indices, count, maxCapacity, keepOld, out createdIndices) : _indices;
        return new VBufferEditor<T>(length, count, values, indices, withIndices, createdValues, createdIndices);
    }

    private static TItem[] Room<TItem>(TItem[]? old, int count, int? maxCapacity, bool keepOld, out bool created)
    {
        created = old is null || old.Length < count;
        if (!created)
            return old!;
        int most = Math.Max(count, Math.Min(maxCapacity ?? Array.MaxLength, Array.MaxLength));
        TItem[] room = new TItem[Math.Min(most, Math.Max(count, (int)Math.Min((old?.Length ?? 0) * 2L, Array.MaxLength)))];
        if (keepOld)
            old?.CopyTo(room, 0);
        return room;
    }

    private int LowerBound(int index)
    {
        int slot = GetIndices().BinarySearch(index);
        return slot >= 0 ? slot : ~slot;
    }
}
