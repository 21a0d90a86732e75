using System.Buffers;
using System.Runtime.CompilerServices;

namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>Applies merges to the symbols of a word: always the pair of lowest rank, the leftmost of equals.</summary>
internal static class PairMerger
{
    // Below this length looking through all pairs is faster than keeping a heap of them.
    private const int HeapLength = 96;

    /// <summary>Merges in place; the first symbols, whose number is returned, are the result.</summary>
    public static int Merge(Span<Symbol> symbols, MergeTable merges)
    {
        if (symbols.Length < 2)
            return symbols.Length;
        return symbols.Length < HeapLength ? MergeShort(symbols, merges) : MergeLong(symbols, merges);
    }

    private static int MergeShort(Span<Symbol> symbols, MergeTable merges)
    {
        // ranks[i] is the rank of symbols i and i + 1.
        Span<int> ranks = stackalloc int[HeapLength];
        int pairs = symbols.Length - 1;
        for (int i = 0; i < pairs; i++)
            ranks[i] = merges.Rank(symbols[i].Id, symbols[i + 1].Id);

        while (pairs > 0)
        {
            int best = 0;
            for (int i = 1; i < pairs; i++)
            {
                if (ranks[i] < ranks[best])
                    best = i;
            }

            if (ranks[best] == MergeTable.None)
                break;

            symbols[best] = new Symbol(merges.Result(ranks[best]), symbols[best].Length + symbols[best + 1].Length);
            symbols[(best + 2)..(pairs + 1)].CopyTo(symbols[(best + 1)..]);
            ranks[(best + 1)..pairs].CopyTo(ranks[best..]);
            pairs--;
            if (best > 0)
                ranks[best - 1] = merges.Rank(symbols[best - 1].Id, symbols[best].Id);
            if (best < pairs)
                ranks[best] = merges.Rank(symbols[best].Id, symbols[best + 1].Id);
        }

        return pairs + 1;
    }

    // A list of symbols linked by index and a heap of (rank, position): n log n. A pair that has changed since it
    // entered the heap is known by its rank.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int MergeLong(Span<Symbol> symbols, MergeTable merges)
    {
        int count = symbols.Length;
        int[] links = ArrayPool<int>.Shared.Rent(count * 3);
        Span<int> ranks = links.AsSpan(0, count);
        Span<int> next = links.AsSpan(count, count);
        Span<int> previous = links.AsSpan(2 * count, count);
        var heap = new CandidateHeap(count);

        for (int i = 0; i < count; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1;
            ranks[i] = MergeTable.None;
            if (i + 1 < count)
                Offer(i, merges.Rank(symbols[i].Id, symbols[i + 1].Id), ranks, ref heap);
        }

        while (heap.TryPop(out int rank, out int at))
        {
            if (ranks[at] != rank)
                continue;

            int right = next[at];
            int after = next[right];
            symbols[at] = new Symbol(merges.Result(rank), symbols[at].Length + symbols[right].Length);
            symbols[right] = default;
            ranks[right] = MergeTable.None;
            next[at] = after;
            if (after < count)
                previous[after] = at;

            Offer(at, after < count ? merges.Rank(symbols[at].Id, symbols[after].Id) : MergeTable.None, ranks, ref heap);
            int before = previous[at];
            if (before >= 0)
                Offer(before, merges.Rank(symbols[before].Id, symbols[at].Id), ranks, ref heap);
        }

        heap.Dispose();
        ArrayPool<int>.Shared.Return(links);

        int kept = 0;
        foreach (Symbol symbol in symbols)
        {
            if (symbol.Length > 0)
                symbols[kept++] = symbol;
        }

        return kept;
    }

    private static void Offer(int at, int rank, Span<int> ranks, ref CandidateHeap heap)
    {
        ranks[at] = rank;
        if (rank != MergeTable.None)
            heap.Push(rank, at);
    }
}
