using System.Numerics;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>The merges of a byte-pair encoding: a pair of ids has a rank, a rank an id. Read by many threads once it is filled.</summary>
internal sealed class MergeTable
{
    /// <summary>The rank of a pair that does not merge.</summary>
    public const int None = int.MaxValue;

    private readonly Slot[] _slots;
    private readonly int _shift;
    private readonly int[] _results;

    /// <param name="capacity">Merges that will be added.</param>
    public MergeTable(int capacity)
    {
        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, capacity * 2L));
        _slots = new Slot[slots];
        _shift = 64 - BitOperations.Log2((uint)slots);
        _results = new int[capacity];
    }

    /// <summary>Merges added so far, which is the rank of the next.</summary>
    public int Count { get; private set; }

    /// <summary>Adds the merge of the next rank; false when the pair has one already.</summary>
    public bool TryAdd(int left, int right, int result)
    {
        ulong key = Key(left, right);
        ref Slot slot = ref Find(key);
        if (slot.Key == key)
            return false;

        slot = new Slot { Key = key, Rank = Count };
        _results[Count++] = result;
        return true;
    }

    /// <summary>The rank of a pair, or <see cref="None"/>. Lower ranks merge first.</summary>
    public int Rank(int left, int right)
    {
        ulong key = Key(left, right);
        ref Slot slot = ref Find(key);
        return slot.Key == key ? slot.Rank : None;
    }

    /// <summary>The token that the merge of a rank makes.</summary>
    public int Result(int rank) => _results[rank];

    // Zero marks an empty slot. Ids are not negative, so the increment does not overflow.
    private static ulong Key(int left, int right) => ((ulong)(uint)left << 32 | (uint)right) + 1;

    private ref Slot Find(ulong key)
    {
        Slot[] slots = _slots;
        int index = (int)(key * 0x9E3779B97F4A7C15 >> _shift);
        while (true)
        {
            ref Slot slot = ref slots[index & (slots.Length - 1)];
            if (slot.Key == key || slot.Key == 0)
                return ref slot;
            index++;
        }
    }

    private struct Slot
    {
        public ulong Key;
        public int Rank;
    }
}
