using System.Runtime.InteropServices;

namespace Tef.Core.Tokenization.Training;

/// <summary>
/// Learns merges from words and their counts (Sennrich et al. 2016): always the pair of neighbours that comes most often,
/// of equals the one of the lower ids. Every pair knows where it is, so a merge costs as much as it changes.
/// </summary>
internal sealed class MergeLearner
{
    private readonly Node[] _nodes;
    private readonly SymbolWords _words;
    private readonly Dictionary<ulong, Pair> _pairs = [];
    private readonly PriorityQueue<Pair, Order> _queue = new();
    private readonly List<string> _tokens;
    private readonly List<int> _lengths;
    private readonly int _maxLength;
    private readonly HashSet<string> _taken;
    private readonly List<Pair> _created = [];

    /// <param name="words">Words as ids of the alphabet.</param>
    /// <param name="alphabet">The tokens that words are made of, by id.</param>
    /// <param name="reserved">Tokens that no merge may make.</param>
    /// <param name="maxLength">Letters of the alphabet in the longest token.</param>
    public MergeLearner(
        SymbolWords words, IReadOnlyList<string> alphabet, IEnumerable<string> reserved, int maxLength = int.MaxValue)
    {
        _tokens = [.. alphabet];
        _lengths = [.. Enumerable.Repeat(1, alphabet.Count)];
        _taken = new HashSet<string>(alphabet.Concat(reserved), StringComparer.Ordinal);
        _maxLength = maxLength;
        _words = words;
        _nodes = CreateNodes(words);
        CountPairs();
    }

    /// <summary>Tokens by id: the alphabet, then one for each merge.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>Learns the next merge; false when no pair comes at least <paramref name="minFrequency"/> times.</summary>
    public bool TryLearn(long minFrequency, out (string Left, string Right) merge)
    {
        while (_queue.TryDequeue(out Pair? pair, out Order order))
        {
            if (pair.Count < minFrequency)
                continue;

            // Counts fall while pairs wait.
            if (pair.Count != order.Count)
            {
                _queue.Enqueue(pair, new Order(pair));
                continue;
            }

            int length = _lengths[pair.Left] + _lengths[pair.Right];
            if (length > _maxLength)
                continue;

            merge = (_tokens[pair.Left], _tokens[pair.Right]);
            string token = merge.Left + merge.Right;

            // Each token is made by one merge: encoding could not tell a second way to make it.
            if (!_taken.Add(token))
                continue;

            _tokens.Add(token);
            _lengths.Add(length);
            Apply(pair, _tokens.Count - 1);
            return true;
        }

        merge = default;
        return false;
    }

    private static Node[] CreateNodes(SymbolWords words)
    {
        var nodes = new Node[words.SymbolCount];
        for (int word = 0; word < words.Count; word++)
        {
            (int start, int end) = words.Range(word);
            for (int at = start; at < end; at++)
            {
                nodes[at] = new Node
                {
                    Symbol = words.Symbols[at],
                    Previous = at == start ? -1 : at - 1,
                    Next = at == end - 1 ? -1 : at + 1,
                    Word = word,
                };
            }
        }

        return nodes;
    }

    private void CountPairs()
    {
        for (int at = 0; at < _nodes.Length; at++)
        {
            ref Node node = ref _nodes[at];
            if (node.Next >= 0)
                Increase(node.Symbol, _nodes[node.Next].Symbol, at, _words.Weight(node.Word));
        }

        EnqueueCreated();
    }

    // The places of a pair are in ascending order, so "aaa" merges from the left.
    private void Apply(Pair pair, int merged)
    {
        foreach (int at in pair.Places)
        {
            ref Node node = ref _nodes[at];
            if (node.Symbol != pair.Left || node.Next < 0 || _nodes[node.Next].Symbol != pair.Right)
                continue;

            ref Node right = ref _nodes[node.Next];
            long weight = _words.Weight(node.Word);
            if (node.Previous >= 0)
            {
                int before = _nodes[node.Previous].Symbol;
                Decrease(before, pair.Left, weight);
                Increase(before, merged, node.Previous, weight);
            }

            if (right.Next >= 0)
            {
                ref Node after = ref _nodes[right.Next];
                Decrease(pair.Right, after.Symbol, weight);
                Increase(merged, after.Symbol, at, weight);
                after.Previous = at;
            }

            node.Symbol = merged;
            node.Next = right.Next;
            right.Symbol = -1;
        }

        _pairs.Remove(Key(pair.Left, pair.Right));
        EnqueueCreated();
    }

    private void Increase(int left, int right, int place, long weight)
    {
        ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, Key(left, right), out _);
        if (pair is null)
        {
            pair = new Pair(left, right);
            _created.Add(pair);
        }

        pair.Count += weight;
        pair.Places.Add(place);
    }

    private void Decrease(int left, int right, long weight)
    {
        if (_pairs.TryGetValue(Key(left, right), out Pair? pair))
            pair.Count -= weight;
    }

    // A merge changes the counts of two kinds of pairs: those with the new token are new, all others fall.
    private void EnqueueCreated()
    {
        foreach (Pair pair in _created)
            _queue.Enqueue(pair, new Order(pair));
        _created.Clear();
    }

    private static ulong Key(int left, int right) => (ulong)(uint)left << 32 | (uint)right;

    /// <summary>A symbol in a word; an absorbed one has the symbol −1.</summary>
    private struct Node
    {
        public int Symbol;
        public int Previous;
        public int Next;
        public int Word;
    }

    private sealed class Pair(int left, int right)
    {
        public int Left { get; } = left;

        public int Right { get; } = right;

        public long Count { get; set; }

        /// <summary>Nodes that were its left part when it was seen there.</summary>
        public List<int> Places { get; } = [];
    }

    private readonly struct Order(Pair pair) : IComparable<Order>
    {
        public long Count { get; } = pair.Count;

        private readonly ulong _ids = Key(pair.Left, pair.Right);

        public int CompareTo(Order other)
        {
            int byCount = other.Count.CompareTo(Count);
            return byCount != 0 ? byCount : _ids.CompareTo(other._ids);
        }
    }
}
