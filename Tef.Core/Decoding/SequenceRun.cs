using System.Runtime.InteropServices;
using Tef.Core.Numerics;

namespace Tef.Core.Decoding;

/// <summary>
/// Sequences that grow side by side from one prompt, by sampling or greedily. The prompt is computed once; a finished sequence
/// leaves the session, so that the others go on without it.
/// </summary>
internal sealed class SequenceRun : IDisposable
{
    private readonly DecodingRequest _request;
    private readonly IDecodingSession _session;
    private readonly Sequence[] _sequences;
    private readonly List<Sequence> _live;
    private readonly float[] _logits;
    private readonly float[] _scores;
    private bool _prefilled;

    public SequenceRun(DecodingRequest request)
    {
        _request = request;
        int vocabulary = request.Model.Options.VocabularySize;
        _sequences = [.. Enumerable.Range(0, request.Options.ReturnSequences).Select(index => new Sequence(index, request.Prompt))];
        _live = [.. _sequences];
        _logits = new float[_sequences.Length * vocabulary];
        _scores = new float[vocabulary];
        _session = request.Model.StartDecoding(1, request.Options.Filter);
    }

    /// <summary>New tokens of the first sequence, without a stop token.</summary>
    public ReadOnlySpan<int> FirstTokens => CollectionsMarshal.AsSpan(_sequences[0].Tokens)[_request.Prompt.Length..];

    /// <summary>Adds a token to every sequence that has not ended.</summary>
    /// <returns>Whether any sequence goes on.</returns>
    public bool Step()
    {
        ComputeLogits();
        for (int row = 0; row < _live.Count; row++)
            Extend(_live[row], _logits.AsSpan(row * _scores.Length, _scores.Length));
        DropFinished();
        return _live.Count > 0;
    }

    public GeneratedSequence[] Results() =>
    [
        .. _sequences.Select(sequence => new GeneratedSequence(
            sequence.Tokens.GetRange(_request.Prompt.Length, sequence.Tokens.Count - _request.Prompt.Length),
            sequence.LogProbability,
            sequence.LogProbability,
            sequence.End ?? throw new InvalidOperationException("The sequence has not ended."))),
    ];

    public void Dispose() => _session.Dispose();

    private void ComputeLogits()
    {
        if (_prefilled)
        {
            int[] last = [.. _live.Select(sequence => sequence.Tokens[^1])];
            _session.Append(last, _logits.AsSpan(0, _live.Count * _scores.Length));
            return;
        }

        Span<float> first = _logits.AsSpan(0, _scores.Length);
        _session.Append(_request.Prompt, first);
        for (int row = 1; row < _live.Count; row++)
            first.CopyTo(_logits.AsSpan(row * _scores.Length));
        if (_live.Count > 1)
            _session.SelectRows(new int[_live.Count]);
        _prefilled = true;
    }

    private void Extend(Sequence sequence, ReadOnlySpan<float> logits)
    {
        logits.CopyTo(_scores);
        _request.Process(CollectionsMarshal.AsSpan(sequence.Tokens), _scores);
        int added = sequence.Tokens.Count - _request.Prompt.Length;
        int token = _request.Options.Sample
            ? Sampler.Draw(_scores, CounterRandom.Uniform(_request.Options.Seed, sequence.Index, added))
            : Sampler.Greedy(_scores);
        sequence.LogProbability += logits[token] - LogitsMath.LogSumExp(logits);
        if (_request.StopTokens.Contains(token))
        {
            sequence.End = FinishReason.Stop;
            return;
        }

        sequence.Tokens.Add(token);
        if (added + 1 == _request.MaxNewTokens)
            sequence.End = _request.LongestEnd;
    }

    private void DropFinished()
    {
        int[] rows = [.. Enumerable.Range(0, _live.Count).Where(row => _live[row].End is null)];
        if (rows.Length == _live.Count)
            return;
        _live.RemoveAll(sequence => sequence.End is not null);
        if (rows.Length > 0)
            _session.SelectRows(rows);
    }

    private sealed class Sequence(int index, int[] prompt)
    {
        public int Index { get; } = index;

        /// <summary>Prompt and new tokens.</summary>
        public List<int> Tokens { get; } = [.. prompt];

        public double LogProbability { get; set; }

        public FinishReason? End { get; set; }
    }
}
