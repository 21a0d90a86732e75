namespace Tef.Core.HuggingFace.Pickle;

/// <summary>The name of something in a Python module. It is never looked up, let alone called.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>A dict or an OrderedDict: items in the order in which they were set.</summary>
internal sealed class PickleDict
{
    public List<(object? Key, object? Value)> Items { get; } = [];

    /// <summary>The value of the last item of a key; null when there is none.</summary>
    public object? Find(string key) => Items.LastOrDefault(item => item.Key is string name && name == key).Value;
}

/// <summary>A stretch of numbers that the pickle refers to by a key.</summary>
/// <param name="Type">The class of the storage, such as <c>FloatStorage</c>.</param>
/// <param name="Key">Where its bytes are: an entry of the archive, or a position in the old format's list.</param>
/// <param name="Count">Number of elements of the storage.</param>
/// <param name="ViewOffset">First element of the part that is meant, for views of the old format.</param>
internal sealed record PickleStorage(string Type, string Key, long Count, long ViewOffset);

/// <summary>A tensor: a strided view of a storage.</summary>
internal sealed record PickleTensor(PickleStorage Storage, long Offset, long[] Shape, long[] Strides);
