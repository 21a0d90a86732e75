using Tef.Core.Decoding;
using Tef.Core.Models;
using Tef.Core.Numerics;

namespace Tef.Tests.Core.Decoding;

/// <summary>
/// A language model whose next-token logits are a function of all tokens so far. Its sessions keep the tokens of every row, so a
/// search that mixes rows up gets wrong logits.
/// </summary>
internal sealed class TableModel : ILanguageModel
{
    private readonly Func<IReadOnlyList<int>, float[]> _logits;

    public TableModel(int vocabulary, int context, Func<IReadOnlyList<int>, float[]> logits)
    {
        Options = new Gpt2Options { VocabularySize = vocabulary, Context = context };
        _logits = logits;
    }

    public LanguageModelOptions Options { get; }

    public long ParameterCount => 0;

    public int OpenSessions { get; private set; }

    /// <summary>Logits that depend on the last tokens and their number through a hash, with a spread like a trained model's.</summary>
    public static TableModel Random(int vocabulary, int context, int seed, double spread = 2) =>
        new(vocabulary, context, tokens =>
        {
            long state = tokens.Count;
            foreach (int token in tokens.TakeLast(3))
                state = state * 1_000_003 + token;
            return [.. Enumerable.Range(0, vocabulary).Select(v => (float)(spread * 2 * (CounterRandom.Uniform(seed, state, v) - 0.5)))];
        });

    public float[] Logits(IReadOnlyList<int> tokens) => _logits(tokens);

    public double LogProbability(IReadOnlyList<int> prompt, IEnumerable<int> continuation)
    {
        var tokens = prompt.ToList();
        double sum = 0;
        foreach (int token in continuation)
        {
            float[] logits = _logits(tokens);
            sum += logits[token] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
            tokens.Add(token);
        }

        return sum;
    }

    public IDecodingSession StartDecoding(int rows = 1)
    {
        OpenSessions++;
        return new Session(this, rows);
    }

    public SequenceScore Score(ReadOnlySpan<int> tokens) => throw new NotSupportedException();

    public void SaveWeights(Stream destination) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private sealed class Session(TableModel model, int rows) : IDecodingSession
    {
        private List<int>[] _rows = [.. Enumerable.Range(0, rows).Select(_ => new List<int>())];

        public int Rows => _rows.Length;

        public int Length => _rows[0].Count;

        public int Capacity => model.Options.Context;

        public int VocabularySize => model.Options.VocabularySize;

        public long CacheBytes => 0;

        public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
        {
            int n = tokens.Length / Rows;
            Assert.That(tokens.Length, Is.EqualTo(n * Rows).And.GreaterThan(0));
            Assert.That(logits.Length, Is.EqualTo(Rows * VocabularySize));
            Assert.That(Length + n, Is.LessThanOrEqualTo(Capacity), "the context is outgrown");
            for (int row = 0; row < Rows; row++)
            {
                _rows[row].AddRange(tokens.Slice(row * n, n));
                model._logits(_rows[row]).CopyTo(logits[(row * VocabularySize)..]);
            }
        }

        public void SelectRows(ReadOnlySpan<int> parents)
        {
            var selected = new List<int>[parents.Length];
            for (int i = 0; i < parents.Length; i++)
                selected[i] = [.. _rows[parents[i]]];
            _rows = selected;
        }

        public void Reset()
        {
            foreach (List<int> row in _rows)
                row.Clear();
        }

        public void Dispose() => model.OpenSessions--;
    }
}
