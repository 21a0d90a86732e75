namespace Microsoft.ML.Data;

/// <summary>Members of a set of known size: 0 is missing, 1 to <see cref="Count"/> are the members.</summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    public KeyDataViewType(Type type, ulong count)
        : base(type)
    {
        ulong largest = LargestCount(type);
        if (largest == 0)
            throw new ArgumentOutOfRangeException(nameof(type), $"A key is carried by Byte, UInt16, UInt32 or UInt64, not by {type}.");
        if (count == 0 || count > largest)
            throw new ArgumentOutOfRangeException(nameof(count), $"A key in {type.Name} counts 1 to {largest} values, not {count}.");
        Count = count;
    }

    public KeyDataViewType(Type type, int count)
        : this(type, (ulong)Math.Max(0, count))
    {
    }

    /// <summary>How many members the set has, without the missing one.</summary>
    public ulong Count { get; }

    public static bool IsValidDataType(Type type) => LargestCount(type) > 0;

    public override bool Equals(DataViewType? other) => other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;

    public override bool Equals(object? other) => other is DataViewType type && Equals(type);

    public override int GetHashCode() => HashCode.Combine(RawType, Count);

    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";

    private static ulong LargestCount(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Byte => byte.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        TypeCode.UInt64 => ulong.MaxValue,
        _ => 0,
    };
}
