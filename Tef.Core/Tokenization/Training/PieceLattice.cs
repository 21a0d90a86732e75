namespace Tef.Core.Tokenization.Training;

/// <summary>
/// All pieces at all places of the words, in chunks that threads work on. The number of chunks is fixed, so that sums over them are
/// the same with any number of threads.
/// </summary>
internal sealed class PieceLattice
{
    /// <summary>Characters of the longest piece that fits.</summary>
    public const int MaxPieceLength = 1 << LengthBits;

    private const int LengthBits = 5;
    private const int MaxWordLength = PieceSplitter.MaxLength + 1;
    private const int Chunks = 8;

    private readonly SymbolWords _words;
    private readonly ParallelOptions _parallel;
    private readonly int[] _chunkWords = new int[Chunks + 1];
    private readonly uint[][] _matches = new uint[Chunks][];

    // Where the matches of a place begin in its chunk, and how many there are.
    private readonly int[] _starts;
    private readonly byte[] _counts;

    /// <summary>Finds the places of pieces.</summary>
    public PieceLattice(SymbolWords words, IReadOnlyList<SeedPiece> pieces, int characters, ParallelOptions parallel)
    {
        _words = words;
        _parallel = parallel;
        _starts = new int[words.SymbolCount];
        _counts = new byte[words.SymbolCount];
        int word = 0;
        for (int chunk = 0; chunk < Chunks; chunk++)
        {
            _chunkWords[chunk] = word;
            while (word < words.Count && words.Range(word).Start < words.SymbolCount * (chunk + 1L) / Chunks)
                word++;
        }

        _chunkWords[Chunks] = words.Count;
        GramTable trie = CreateTrie(words, pieces, characters);
        Parallel.For(0, Chunks, parallel, chunk => FindMatches(chunk, trie));
    }

    /// <summary>Expected occurrences of every piece under the probabilities of pieces.</summary>
    public double[] Expect(double[] probabilities) => Sum(probabilities, (chunk, sums) =>
    {
        Span<double> before = stackalloc double[MaxWordLength + 1];
        Span<double> after = stackalloc double[MaxWordLength + 1];
        uint[] matches = _matches[chunk];
        for (int word = _chunkWords[chunk]; word < _chunkWords[chunk + 1]; word++)
        {
            (int start, int end) = _words.Range(word);
            int length = end - start;
            before[..(length + 1)].Clear();
            before[0] = 1;
            for (int i = 0; i < length; i++)
            {
                foreach (uint match in matches.AsSpan(_starts[start + i], _counts[start + i]))
                    before[i + Length(match)] += before[i] * probabilities[Piece(match)];
            }

            if (before[length] <= 0)
                continue;
            double scale = _words.Weight(word) / before[length];
            after[length] = 1;
            for (int i = length - 1; i >= 0; i--)
            {
                double sum = 0;
                foreach (uint match in matches.AsSpan(_starts[start + i], _counts[start + i]))
                {
                    double rest = probabilities[Piece(match)] * after[i + Length(match)];
                    sum += rest;
                    sums[Piece(match)] += before[i] * rest * scale;
                }

                after[i] = sum;
            }
        }
    });

    /// <summary>Occurrences of every piece in the most probable segmentations.</summary>
    public double[] CountBest(double[] probabilities) => Sum(probabilities, (chunk, sums) =>
    {
        Span<uint> last = stackalloc uint[MaxWordLength + 1];
        for (int word = _chunkWords[chunk]; word < _chunkWords[chunk + 1]; word++)
        {
            (int start, int end) = _words.Range(word);
            FindBest(chunk, start, end - start, probabilities, without: -1, last);
            for (int at = end - start; at > 0; at -= Length(last[at]))
                sums[Piece(last[at])] += _words.Weight(word);
        }
    });

    /// <summary>The most probable segmentation of a piece into others, or nothing when there is none.</summary>
    public List<int> Alternative(SeedPiece seed, int piece, double[] probabilities)
    {
        Span<uint> last = stackalloc uint[MaxWordLength + 1];
        var found = new List<int>();
        int chunk = Chunks - 1;
        while (_words.Range(_chunkWords[chunk]).Start > seed.Position)
            chunk--;
        if (FindBest(chunk, seed.Position, seed.Length, probabilities, piece, last) <= 0)
            return found;
        for (int at = seed.Length; at > 0; at -= Length(last[at]))
            found.Add(Piece(last[at]));
        return found;
    }

    /// <summary>Removes pieces and numbers the others anew.</summary>
    /// <param name="numbers">The new number of each piece; negative for those to remove.</param>
    public void Renumber(int[] numbers) => Parallel.For(0, Chunks, _parallel, chunk =>
    {
        uint[] matches = _matches[chunk];
        int used = 0;
        (int from, int to) = Positions(chunk);
        for (int position = from; position < to; position++)
        {
            int start = used;
            foreach (uint match in matches.AsSpan(_starts[position], _counts[position]))
            {
                int number = numbers[Piece(match)];
                if (number >= 0)
                    matches[used++] = Match(number, Length(match));
            }

            _starts[position] = start;
            _counts[position] = (byte)(used - start);
        }
    });

    private static GramTable CreateTrie(SymbolWords words, IReadOnlyList<SeedPiece> pieces, int characters)
    {
        var trie = new GramTable();
        for (int symbol = 0; symbol < characters; symbol++)
            trie[trie.Add(-1, symbol, 0)].Mark = symbol + 1;

        ReadOnlySpan<int> symbols = words.Symbols;
        for (int piece = characters; piece < pieces.Count; piece++)
        {
            int node = symbols[pieces[piece].Position];
            for (int i = 1; i < pieces[piece].Length; i++)
                node = trie.Add(node, symbols[pieces[piece].Position + i], 0);
            trie[node].Mark = piece + 1;
        }

        return trie;
    }

    private void FindMatches(int chunk, GramTable trie)
    {
        var found = new List<uint>();
        for (int word = _chunkWords[chunk]; word < _chunkWords[chunk + 1]; word++)
        {
            (int start, int end) = _words.Range(word);
            for (int position = start; position < end; position++)
            {
                _starts[position] = found.Count;
                int node = _words.Symbols[position];
                for (int length = 1; node >= 0; length++)
                {
                    int piece = trie[node].Mark - 1;
                    if (piece >= 0)
                        found.Add(Match(piece, length));
                    node = position + length < end ? trie.Find(node, _words.Symbols[position + length]) : -1;
                }

                _counts[position] = (byte)(found.Count - _starts[position]);
            }
        }

        _matches[chunk] = [.. found];
    }

    private double[] Sum(double[] probabilities, Action<int, double[]> add)
    {
        double[][] sums = new double[Chunks][];
        Parallel.For(0, Chunks, _parallel, chunk => add(chunk, sums[chunk] = new double[probabilities.Length]));
        foreach (double[] other in sums.AsSpan(1))
            System.Numerics.Tensors.TensorPrimitives.Add(sums[0], other, sums[0]);
        return sums[0];
    }

    private double FindBest(int chunk, int start, int length, double[] probabilities, int without, Span<uint> last)
    {
        Span<double> best = stackalloc double[MaxWordLength + 1];
        best[..(length + 1)].Clear();
        best[0] = 1;
        for (int i = 0; i < length; i++)
        {
            foreach (uint match in _matches[chunk].AsSpan(_starts[start + i], _counts[start + i]))
            {
                int next = i + Length(match);
                if (next > length || Piece(match) == without)
                    continue;
                double score = best[i] * probabilities[Piece(match)];
                if (score > best[next])
                    (best[next], last[next]) = (score, match);
            }
        }

        return best[length];
    }

    private (int From, int To) Positions(int chunk)
    {
        int from = _chunkWords[chunk];
        int to = _chunkWords[chunk + 1];
        return from == to ? (0, 0) : (_words.Range(from).Start, _words.Range(to - 1).End);
    }

    private static uint Match(int piece, int length) => (uint)piece << LengthBits | (uint)(length - 1);

    private static int Piece(uint match) => (int)(match >> LengthBits);

    private static int Length(uint match) => (int)(match & (MaxPieceLength - 1)) + 1;
}
