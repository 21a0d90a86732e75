using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Gives every row a place in [0, 1) that is a function of the seed and of its identity, or of its value in a column.</summary>
internal sealed class SplitPlaces
{
    private readonly DataViewSchema.Column? _key;
    private readonly ulong _seed;

    public SplitPlaces(DataViewSchema schema, string? keyColumn, int seed)
    {
        _seed = Mix((ulong)(uint)seed);
        _key = keyColumn is null ? null : schema.GetColumnOrNull(keyColumn)
            ?? throw SchemaErrors.MissingColumn(nameof(keyColumn), "sampling key", keyColumn, schema.Select(column => column.Name));
        Inputs = _key is { } key ? [key] : [];
    }

    public IReadOnlyList<DataViewSchema.Column> Inputs { get; }

    public Func<double> Bind(DataViewRow row)
    {
        Func<ulong> hash;
        if (_key is { } key)
        {
            Delegate method = key.Type is VectorDataViewType ? HashVector<int> : HashScalar<int>;
            hash = (Func<ulong>)GenericCall.Invoke(method, PrimitiveTypes.ItemTypeOf(key.Type).RawType, row, key);
        }
        else
        {
            ValueGetter<DataViewRowId> getter = row.GetIdGetter();
            DataViewRowId id = default;
            hash = () =>
            {
                getter(ref id);
                return Combine(id.Low, id.High);
            };
        }

        return () => (Combine(_seed, hash()) >> 11) * (1.0 / (1UL << 53));
    }

    private static Func<ulong> HashScalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Hash(value, column);
        };
    }

    private static Func<ulong> HashVector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            getter(ref value);
            return value.DenseValues().Aggregate((ulong)value.Length, (hash, item) => Combine(hash, Hash(item, column)));
        };
    }

    private static ulong Hash<T>(T value, DataViewSchema.Column column)
    {
        if (value is ReadOnlyMemory<char> text)
            return HashBytes(MemoryMarshal.AsBytes(text.Span));
        if (value is DateTimeOffset time)
            return (ulong)time.UtcTicks;
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
            throw SchemaErrors.WrongType(nameof(column), "sampling key", column.Name, "a primitive type", column.Type.ToString()!);
        byte[] bytes = new byte[Unsafe.SizeOf<T>()];
        Unsafe.WriteUnaligned(ref bytes[0], value);
        return HashBytes(bytes);
    }

    private static ulong HashBytes(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        foreach (byte value in bytes)
            hash = Combine(hash, value);
        return hash;
    }

    private static ulong Combine(ulong a, ulong b) => Mix(a ^ Mix(b + 0x9E3779B97F4A7C15));

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
