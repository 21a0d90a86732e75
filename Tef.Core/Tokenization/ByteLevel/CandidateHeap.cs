using System.Buffers;
using System.Runtime.CompilerServices;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>
/// Pairs that may merge: lowest rank first, of equals the leftmost. One word can keep it busy for milliseconds before the
/// runtime would compile it well, so it asks for that at once.
/// </summary>
internal struct CandidateHeap(int capacity) : IDisposable
{
    // Rank and position in one number, as a binary heap: the children of i are 2i + 1 and 2i + 2.
    private ulong[] _keys = ArrayPool<ulong>.Shared.Rent(Math.Max(16, capacity));
    private int _count;

    /// <summary>Adds a pair.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Push(int rank, int position)
    {
        if (_count == _keys.Length)
            Grow();

        ulong[] keys = _keys;
        ulong key = (ulong)(uint)rank << 32 | (uint)position;
        int at = _count++;
        while (at > 0)
        {
            int parent = (at - 1) >> 1;
            if (keys[parent] <= key)
                break;
            keys[at] = keys[parent];
            at = parent;
        }

        keys[at] = key;
    }

    /// <summary>Takes the first pair; false when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryPop(out int rank, out int position)
    {
        if (_count == 0)
        {
            rank = position = 0;
            return false;
        }

        ulong[] keys = _keys;
        (rank, position) = ((int)(keys[0] >> 32), (int)(uint)keys[0]);
        ulong last = keys[--_count];
        int at = 0;
        for (int child; (child = 2 * at + 1) < _count; at = child)
        {
            if (child + 1 < _count && keys[child + 1] < keys[child])
                child++;
            if (keys[child] >= last)
                break;
            keys[at] = keys[child];
        }

        keys[at] = last;
        return true;
    }

    /// <inheritdoc/>
    public readonly void Dispose() => ArrayPool<ulong>.Shared.Return(_keys);

    private void Grow()
    {
        ulong[] larger = ArrayPool<ulong>.Shared.Rent(_keys.Length * 2);
        _keys.CopyTo(larger, 0);
        ArrayPool<ulong>.Shared.Return(_keys);
        _keys = larger;
    }
}
