using Tef.Core.Tokenization.Training;

namespace Tef.Tests.Core.Tokenization;

public class PieceLatticeTests
{
    private const int Letters = 3;

    private readonly List<string> _texts = [];
    private readonly SymbolWords _words = new();
    private List<SeedPiece> _pieces = [];

    [SetUp]
    public void MakeWords()
    {
        var random = new Random(7);
        for (int i = 0; i < 30; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => (char)('a' + random.Next(Letters))));
            _texts.Add(text);
            _words.Add([.. text.Select(letter => letter - 'a')], 1 + random.Next(5));
        }

        _pieces = SeedPieces.Find(_words, Letters, maxLength: 4, count: 1000, CancellationToken.None);
    }

    [Test]
    public void SeedsAreFrequentStringsThatSeveralThingsFollow()
    {
        var counts = new Dictionary<string, long>();
        for (int i = 0; i < _texts.Count; i++)
        {
            for (int start = 0; start < _texts[i].Length; start++)
            {
                for (int end = start + 1; end <= _texts[i].Length; end++)
                    counts[_texts[i][start..end]] = counts.GetValueOrDefault(_texts[i][start..end]) + _words.Weight(i);
            }
        }

        IEnumerable<(string, double)> expected = counts
            .Where(entry => entry.Key.Length is > 1 and <= 4 && entry.Value >= 2)
            .Where(entry => !"abc".Any(next => counts.GetValueOrDefault(entry.Key + next) == entry.Value))
            .Select(entry => (entry.Key, (double)(entry.Value * entry.Key.Length)));
        Assert.That(_pieces.Skip(Letters).Select(piece => (TextOf(piece), piece.Score)), Is.EquivalentTo(expected));
        Assert.That(_pieces.Take(Letters).Select(piece => piece.Score), Is.EqualTo("abc".Select(letter => (double)counts[$"{letter}"])));
    }

    [Test]
    public void ExpectationsAreThoseOfAllSegmentations()
    {
        double total = _pieces.Sum(piece => piece.Score);
        double[] probabilities = [.. _pieces.Select(piece => piece.Score / total)];
        double[] expected = new double[_pieces.Count];
        double[] best = new double[_pieces.Count];
        for (int i = 0; i < _texts.Count; i++)
        {
            List<int[]> ways = [.. Segmentations(_texts[i])];
            double[] weights = [.. ways.Select(way => way.Aggregate(1.0, (product, piece) => product * probabilities[piece]))];
            for (int k = 0; k < ways.Count; k++)
            {
                foreach (int piece in ways[k])
                {
                    expected[piece] += _words.Weight(i) * weights[k] / weights.Sum();
                    best[piece] += weights[k] == weights.Max() ? _words.Weight(i) : 0;
                }
            }
        }

        var lattice = new PieceLattice(_words, _pieces, Letters, new ParallelOptions());
        Assert.That(lattice.Expect(probabilities), Is.EqualTo(expected).Within(1e-9));
        Assert.That(lattice.CountBest(probabilities), Is.EqualTo(best).Within(1e-9));
    }

    private string TextOf(SeedPiece piece) =>
        string.Concat(_words.Symbols.Slice(piece.Position, piece.Length).ToArray().Select(symbol => (char)('a' + symbol)));

    private IEnumerable<int[]> Segmentations(string text)
    {
        if (text.Length == 0)
            yield return [];
        for (int piece = 0; piece < _pieces.Count; piece++)
        {
            string start = TextOf(_pieces[piece]);
            if (!text.StartsWith(start, StringComparison.Ordinal))
                continue;
            foreach (int[] rest in Segmentations(text[start.Length..]))
                yield return [piece, .. rest];
        }
    }
}
