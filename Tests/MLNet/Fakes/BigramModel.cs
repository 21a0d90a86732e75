using Tef.Core.Decoding;
using Tef.Core.Models;

namespace Tef.Tests.MLNet.Fakes;

/// <summary>
/// A language model of real counts: the next token given the last one, smoothed by one. Its second block pretends to filter
/// tokens, so that kept shares and gates have something to say.
/// </summary>
internal sealed class BigramModel(LanguageModelOptions options, int[] counts) : ILanguageModel
{
    public const int FilteredLayer = 1;

    public int[] Counts { get; private set; } = counts;

    public LanguageModelOptions Options { get; } = options;

    public long ParameterCount => Counts.Length;

    public bool IsDisposed { get; private set; }

    public static float GateOf(int token) => (token % 4 + 1) / 4f;

    public void CopyFrom(int[] counts) => Counts = (int[])counts.Clone();

    public IDecodingSession StartDecoding(int rows = 1) => new BigramSession(this, rows);

    public SequenceScore Score(ReadOnlySpan<int> tokens)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (tokens.Length < 1 || tokens.Length > Options.Context)
            throw new ArgumentException($"A sequence must have 1 to {Options.Context} tokens, but has {tokens.Length}.", nameof(tokens));
        float[] losses = new float[tokens.Length - 1];
        for (int i = 0; i < losses.Length; i++)
            losses[i] = (float)-LogProbability(tokens[i], tokens[i + 1]);

        int layers = Options.LayerCount;
        float[] shares = [.. Enumerable.Repeat(1f, layers)];
        float[][] gates = [.. Enumerable.Repeat(Array.Empty<float>(), layers)];
        bool[][] kept = [.. Enumerable.Repeat(Array.Empty<bool>(), layers)];
        if (layers > FilteredLayer)
        {
            gates[FilteredLayer] = Array.ConvertAll(tokens.ToArray(), GateOf);
            kept[FilteredLayer] = Array.ConvertAll(gates[FilteredLayer], gate => gate > 0.25f);
            shares[FilteredLayer] = kept[FilteredLayer].Count(keep => keep) / (float)tokens.Length;
        }

        return new SequenceScore(losses, shares, gates, kept);
    }

    public void SaveWeights(Stream destination)
    {
        using var writer = new BinaryWriter(destination, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write("BIGRAM");
        writer.Write(Counts.Length);
        foreach (int count in Counts)
            writer.Write(count);
    }

    public double LogProbability(int last, int next)
    {
        ReadOnlySpan<int> row = Row(last);
        long total = row.Length;
        foreach (int count in row)
            total += count;
        return Math.Log((row[next] + 1.0) / total);
    }

    public void WriteLogits(int last, Span<float> logits)
    {
        ReadOnlySpan<int> row = Row(last);
        for (int i = 0; i < row.Length; i++)
            logits[i] = MathF.Log(row[i] + 0.01f);
    }

    public void Dispose() => IsDisposed = true;

    private ReadOnlySpan<int> Row(int last) => Counts.AsSpan(last * Options.VocabularySize, Options.VocabularySize);

    private sealed class BigramSession(BigramModel model, int rows) : IDecodingSession
    {
        private int[] _last = new int[rows];

        public int Rows => _last.Length;

        public int Length { get; private set; }

        public int Capacity => model.Options.Context;

        public int VocabularySize => model.Options.VocabularySize;

        public long CacheBytes => sizeof(int) * (long)_last.Length;

        public void Append(ReadOnlySpan<int> tokens, Span<float> logits)
        {
            int n = tokens.Length / Rows;
            if (Length + n > Capacity)
                throw new ArgumentException($"{Length} + {n} tokens are more than the context of {Capacity}.", nameof(tokens));
            Length += n;
            for (int row = 0; row < Rows; row++)
            {
                _last[row] = tokens[(row + 1) * n - 1];
                model.WriteLogits(_last[row], logits.Slice(row * VocabularySize, VocabularySize));
            }
        }

        public void SelectRows(ReadOnlySpan<int> parents) => _last = Array.ConvertAll(parents.ToArray(), parent => _last[parent]);

        public void Reset() => Length = 0;

        public void Dispose()
        {
        }
    }
}
