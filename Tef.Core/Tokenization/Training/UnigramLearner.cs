namespace Tef.Core.Tokenization.Training;

/// <summary>
/// Learns a unigram language model (Kudo 2018): beginning with many pieces, expectation maximization finds their probabilities,
/// and those whose loss lowers the likelihood of the text the least are removed, until as many are left as asked for.
/// </summary>
internal sealed class UnigramLearner
{
    private const int Iterations = 2;
    private const double ShrinkingFactor = 0.75;
    private const double Surplus = 1.1;
    private const double MinExpected = 0.5;

    private readonly SymbolWords _words;
    private readonly PieceAlphabet _alphabet;
    private readonly PieceLattice _lattice;
    private readonly CancellationToken _cancellation;
    private List<SeedPiece> _pieces;
    private double[] _probabilities;

    public UnigramLearner(SymbolWords words, PieceAlphabet alphabet, SentencePieceTrainerOptions options, CancellationToken cancellation)
    {
        _words = words;
        _alphabet = alphabet;
        _cancellation = cancellation;
        _pieces = SeedPieces.Find(words, Characters, options.MaxPieceLength, options.SeedPieces, cancellation);
        double total = _pieces.Sum(piece => piece.Score);
        _probabilities = [.. _pieces.Select(piece => piece.Score / total)];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Threads == 0 ? Environment.ProcessorCount : options.Threads,
            CancellationToken = cancellation,
        };
        _lattice = new PieceLattice(words, _pieces, Characters, parallel);
    }

    private int Characters => _alphabet.Characters.Count;

    /// <summary>Learns pieces and their log probabilities, the most probable first; all characters are among them.</summary>
    /// <param name="count">The most pieces.</param>
    /// <param name="reserved">Pieces that must not be among them.</param>
    /// <param name="report">Is told how many pieces there are.</param>
    public List<(string Text, float Score)> Learn(int count, IEnumerable<string> reserved, Action<int> report)
    {
        var excluded = new HashSet<string>(reserved, StringComparer.Ordinal);
        int surplus = Math.Max(Characters, (int)(count * Surplus));
        while (true)
        {
            for (int i = 0; i < Iterations; i++)
            {
                _cancellation.ThrowIfCancellationRequested();
                Maximize(_lattice.Expect(_probabilities));
            }

            report(_pieces.Count);
            if (_pieces.Count <= surplus)
                break;
            Prune(Math.Max(surplus, (int)(_pieces.Count * ShrinkingFactor)));
        }

        // Stable sorts: of equals the one that came more often in the seed.
        IEnumerable<int> others = Enumerable.Range(Characters, _pieces.Count - Characters)
            .Where(piece => !excluded.Contains(TextOf(piece)))
            .OrderByDescending(piece => _probabilities[piece])
            .Take(count - Characters);
        return
        [
            .. Enumerable.Range(0, Characters).Concat(others)
                .OrderByDescending(piece => _probabilities[piece])
                .Select(piece => (TextOf(piece), (float)Math.Log(_probabilities[piece]))),
        ];
    }

    // The Bayesian estimate, which favours few pieces: expected counts become exp(digamma(count)). Rare pieces go at once.
    private void Maximize(double[] expected)
    {
        bool[] kept = new bool[_pieces.Count];
        double total = 0;
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = i < Characters || expected[i] >= MinExpected;
            expected[i] = Math.Max(expected[i], MinExpected);
            total += kept[i] ? expected[i] : 0;
        }

        double logTotal = Digamma(total);
        for (int i = 0; i < kept.Length; i++)
            _probabilities[i] = Math.Exp(Digamma(expected[i]) - logTotal);
        Keep(kept);
    }

    private void Prune(int count)
    {
        double[] best = _lattice.CountBest(_probabilities);
        double total = best.Sum();
        double[] losses = new double[_pieces.Count];
        for (int i = Characters; i < losses.Length; i++)
        {
            losses[i] = double.NegativeInfinity;
            if (best[i] == 0)
                continue;

            // Without the piece its occurrences go to those that it would be made of.
            List<int> others = _lattice.Alternative(_pieces[i], i, _probabilities);
            double logTotal = Math.Log(total + best[i] * (others.Count - 1));
            double with = Math.Log(best[i] / total);
            double without = others.Sum(other => Math.Log(best[other] + best[i]) - logTotal);
            losses[i] = best[i] * (with - without);
        }

        bool[] kept = new bool[_pieces.Count];
        Array.Fill(kept, true, 0, Characters);
        IEnumerable<int> order = Enumerable.Range(Characters, losses.Length - Characters)
            .Where(piece => best[piece] > 0)
            .OrderByDescending(piece => losses[piece])
            .Take(count - Characters);
        foreach (int piece in order)
            kept[piece] = true;
        Keep(kept);
    }

    private void Keep(bool[] kept)
    {
        int[] numbers = new int[kept.Length];
        var pieces = new List<SeedPiece>(kept.Length);
        for (int i = 0; i < kept.Length; i++)
        {
            numbers[i] = kept[i] ? pieces.Count : -1;
            if (!kept[i])
                continue;
            _probabilities[pieces.Count] = _probabilities[i];
            pieces.Add(_pieces[i]);
        }

        if (pieces.Count == kept.Length)
            return;
        _pieces = pieces;
        Array.Resize(ref _probabilities, pieces.Count);
        _lattice.Renumber(numbers);
    }

    private string TextOf(int piece)
    {
        SeedPiece seed = _pieces[piece];
        var text = new System.Text.StringBuilder();
        foreach (int symbol in _words.Symbols.Slice(seed.Position, seed.Length))
            text.Append(_alphabet.Characters[symbol]);
        return text.ToString();
    }

    // By its recurrence up to where the asymptotic series is good to twelve digits.
    private static double Digamma(double x)
    {
        double result = 0;
        for (; x < 7; x++)
            result -= 1 / x;
        x -= 0.5;
        double inverse = 1 / (x * x);
        return result + Math.Log(x) + inverse * (1.0 / 24 - inverse * (7.0 / 960 - inverse * (31.0 / 8064 - inverse * 127.0 / 30720)));
    }
}
