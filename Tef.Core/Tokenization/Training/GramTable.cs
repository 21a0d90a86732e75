using System.Runtime.InteropServices;

namespace Tef.Core.Tokenization.Training;

/// <summary>Strings of symbols, each known by the one that it continues and its last symbol, with a count and a place.</summary>
internal sealed class GramTable
{
    private int[] _buckets = new int[1 << 12];
    private Entry[] _entries = new Entry[1 << 11];

    /// <summary>Strings.</summary>
    public int Count { get; private set; }

    /// <summary>A string's entry.</summary>
    public ref Entry this[int gram] => ref _entries[gram];

    /// <summary>The string that continues another by a symbol; −1 when there is none.</summary>
    public int Find(int parent, int symbol)
    {
        ulong key = Key(parent, symbol);
        for (int bucket = Bucket(key), found; (found = _buckets[bucket] - 1) >= 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            if (_entries[found].Key == key)
                return found;
        }

        return -1;
    }

    /// <summary>Finds or adds a string.</summary>
    public int Add(int parent, int symbol, int position)
    {
        ulong key = Key(parent, symbol);
        int bucket = Bucket(key);
        for (int found; (found = _buckets[bucket] - 1) >= 0; bucket = (bucket + 1) & (_buckets.Length - 1))
        {
            if (_entries[found].Key == key)
                return found;
        }

        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        _entries[Count] = new Entry { Key = key, Position = position };
        _buckets[bucket] = ++Count;
        if (Count * 2 > _buckets.Length)
            Rehash();
        return Count - 1;
    }

    private void Rehash()
    {
        _buckets = new int[_buckets.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            int bucket = Bucket(_entries[i].Key);
            while (_buckets[bucket] != 0)
                bucket = (bucket + 1) & (_buckets.Length - 1);
            _buckets[bucket] = i + 1;
        }
    }

    private int Bucket(ulong key) => (int)(key * 0x9E3779B97F4A7C15 >> 32) & (_buckets.Length - 1);

    private static ulong Key(int parent, int symbol) => (ulong)(uint)parent << 32 | (uint)symbol;

    /// <summary>What is known about a string.</summary>
    [StructLayout(LayoutKind.Auto)]
    public struct Entry
    {
        public ulong Key;

        /// <summary>How often it came.</summary>
        public long Count;

        /// <summary>Where it is.</summary>
        public int Position;

        /// <summary>For who uses the table: whether the same symbol always follows it, or which piece it is.</summary>
        public int Mark;

        /// <summary>The string that it continues.</summary>
        public readonly int Parent => (int)(Key >> 32);
    }
}
