using System.Buffers;
using System.Runtime.InteropServices;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization.Training;

/// <summary>
/// Learns merges from words and their counts (Sennrich et al. 2016): always the pair of neighbours that comes most often,
/// of equals the one of the lower ids. Every pair knows where it is, so a merge costs as much as it changes.
/// </summary>
internal sealed class MergeLearner
{
    private readonly Node[] _nodes;
    private readonly long[] _weights;
    private readonly Dictionary<ulong, Pair> _pairs = [];
    private readonly PriorityQueue<Pair, Order> _queue = new();
    private readonly List<string> _tokens;
    private readonly HashSet<string> _taken;
    private readonly List<Pair> _created = [];

    /// <param name="words">Words and their counts.</param>
    /// <param name="alphabet">The 256 tokens of the bytes, by id.</param>
    /// <param name="reserved">Tokens that no merge may make.</param>
    public MergeLearner(WordCounter words, IReadOnlyList<string> alphabet, IEnumerable<string> reserved)
    {
        _tokens = [.. alphabet];
        _taken = new HashSet<string>(alphabet.Concat(reserved), StringComparer.Ordinal);
        _weights = new long[words.Count];

        var idOfLetter = _tokens.Select((token, id) => (token, id)).ToDictionary(entry => entry.token[0], entry => entry.id);
        int[] idOfByte = new int[256];
        for (int value = 0; value < 256; value++)
            idOfByte[value] = idOfLetter[ByteAlphabet.Letters[value]];

        _nodes = SplitWords(words, idOfByte);
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

            merge = (_tokens[pair.Left], _tokens[pair.Right]);
            string token = merge.Left + merge.Right;

            // Each token is made by one merge: encoding could not tell a second way to make it.
            if (!_taken.Add(token))
                continue;

            _tokens.Add(token);
            Apply(pair, _tokens.Count - 1);
            return true;
        }

        merge = default;
        return false;
    }

    private Node[] SplitWords(WordCounter words, int[] idOfByte)
    {
        long total = 0;
        for (int i = 0; i < words.Count; i++)
            total += Wtf8.MaxBytes(words.Word(i).Length);

        var nodes = new List<Node>((int)Math.Min(total, 1 << 20));
        var buffer = new ArrayBufferWriter<byte>();
        for (int i = 0; i < words.Count; i++)
        {
            _weights[i] = words.Occurrences(i);
            ReadOnlySpan<char> word = words.Word(i);
            Span<byte> bytes = buffer.GetSpan(Wtf8.MaxBytes(word.Length));
            int length = Wtf8.GetBytes(word, bytes);
            if (length < 2)
                continue;

            int start = nodes.Count;
            for (int k = 0; k < length; k++)
            {
                nodes.Add(new Node
                {
                    Symbol = idOfByte[bytes[k]],
                    Previous = k == 0 ? -1 : start + k - 1,
                    Next = k == length - 1 ? -1 : start + k + 1,
                    Word = i,
                });
            }
        }

        return [.. nodes];
    }

    private void CountPairs()
    {
        for (int at = 0; at < _nodes.Length; at++)
        {
            ref Node node = ref _nodes[at];
            if (node.Next >= 0)
                Increase(node.Symbol, _nodes[node.Next].Symbol, at, _weights[node.Word]);
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
            long weight = _weights[node.Word];
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
