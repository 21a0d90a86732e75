using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>128 bits that name a row. New ones are derived from old ones by the steps of MurmurHash3 (128 bits, x64).</summary>
public readonly struct DataViewRowId : IComparable<DataViewRowId>, IEquatable<DataViewRowId>
{
    public readonly ulong Low;

    public readonly ulong High;

    private const ulong C1 = 0x87c37b91114253d5;
    private const ulong C2 = 0x4cf5ad432745937f;

    public DataViewRowId(ulong low, ulong high)
    {
        Low = low;
        High = high;
    }

    /// <summary>An id apart from this one and from every <see cref="Next"/> of it.</summary>
    public DataViewRowId Fork()
    {
        DataViewRowId next = Next();
        return new DataViewRowId(next.Low ^ (BitOperations.RotateLeft(C1, 31) * C2), next.High);
    }

    /// <summary>The id after this one: one round over a block of zeros.</summary>
    public DataViewRowId Next() => Round(Low, High);

    /// <summary>An id for the pair of this row and another.</summary>
    public DataViewRowId Combine(DataViewRowId other)
    {
        DataViewRowId block = other.Fork();
        ulong low = Low ^ (BitOperations.RotateLeft(block.Low * C1, 31) * C2);
        low = (BitOperations.RotateLeft(low, 27) + High) * 5 + 0x52dce729;
        ulong high = High ^ (BitOperations.RotateLeft(block.High * C2, 33) * C1);
        high = (BitOperations.RotateLeft(high, 31) + low) * 5 + 0x38495ab5;
        return new DataViewRowId(low, high);
    }

    public int CompareTo(DataViewRowId other) => (High, Low).CompareTo((other.High, other.Low));

    public bool Equals(DataViewRowId other) => Low == other.Low && High == other.High;

    public override bool Equals(object? obj) => obj is DataViewRowId other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Low, High);

    public override string ToString() => $"{High:x16}{Low:x16}";

    private static DataViewRowId Round(ulong low, ulong high)
    {
        low = (BitOperations.RotateLeft(low, 27) + high) * 5 + 0x52dce729;
        high = (BitOperations.RotateLeft(high, 31) + low) * 5 + 0x38495ab5;
        return new DataViewRowId(low, high);
    }
}
