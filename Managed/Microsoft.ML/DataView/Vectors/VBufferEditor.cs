namespace Microsoft.ML.Data;

/// <summary>Gives room in a vector's own arrays, so that a getter called for every row allocates once.</summary>
public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(scoped ref VBuffer<T> destination) =>
        destination.Edit(destination.Length, destination.GetValues().Length, null, false, false);

    /// <param name="destination">Whose arrays are reused where they are long enough. It must not be read again before the commit.</param>
    /// <param name="newLogicalLength">The length of the vector to come.</param>
    /// <param name="valuesCount">How many values it has explicitly; all of them by default.</param>
    /// <param name="maxValuesCapacity">The most to allocate.</param>
    /// <param name="keepOldOnResize">Whether a new array starts with what the old one held.</param>
    /// <param name="requireIndicesOnDense">Whether to give indices even if every value is explicit.</param>
    public static VBufferEditor<T> Create<T>(
        scoped ref VBuffer<T> destination,
        int newLogicalLength,
        int? valuesCount = null,
        int? maxValuesCapacity = null,
        bool keepOldOnResize = false,
        bool requireIndicesOnDense = false) =>
        destination.Edit(newLogicalLength, valuesCount, maxValuesCapacity, keepOldOnResize, requireIndicesOnDense);
}

/// <summary>The arrays of a vector to be. Fill <see cref="Values"/> (and <see cref="Indices"/>, ascending), then commit.</summary>
public readonly ref struct VBufferEditor<T>
{
    public readonly Span<T> Values;

    public readonly Span<int> Indices;

    private readonly int _length;
    private readonly T[] _values;
    private readonly int[]? _indices;

    internal VBufferEditor(int length, int count, T[] values, int[]? indices, bool withIndices, bool createdValues, bool createdIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = withIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdValues;
        CreatedNewIndices = createdIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices!);

    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        if ((uint)physicalValuesCount > (uint)Values.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(physicalValuesCount), $"{physicalValuesCount} values cannot be committed of {Values.Length} made room for.");
        }

        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices!);
    }
}
