using Tef.Core.Numerics;

namespace Tef.Core.Decoding;

/// <summary>
/// Follows the best partial sequences side by side. Candidates, the bank of finished sequences, length penalty and the rule that
/// ends the search are those of Hugging Face's <c>generate</c>; with sampling on, candidates are drawn without replacement by
/// adding Gumbel noise to their scores (Kool et al., 2019, "Stochastic Beams and Where to Find Them").
/// </summary>
internal sealed class BeamSearch : IDisposable
{
    private readonly DecodingRequest _request;
    private readonly IDecodingSession _session;
    private readonly int _vocabulary;
    private readonly int _beams;
    private readonly int _candidatesPerStep;
    private readonly float[] _logits;
    private readonly float[] _scores;
    private readonly float[] _keys;
    private readonly int[] _selected;
    private readonly List<(GeneratedSequence Sequence, int Order)> _finished = [];
    private List<Beam> _live;

    public BeamSearch(DecodingRequest request)
    {
        _request = request;
        _vocabulary = request.Model.Options.VocabularySize;
        _beams = request.Options.Beams;

        // Enough that the beams stay full even if every stop token is among the best of each.
        _candidatesPerStep = Math.Max(2, 1 + request.StopTokens.Count) * _beams;
        _logits = new float[_beams * _vocabulary];
        _scores = new float[_vocabulary];
        _keys = request.Options.Sample ? new float[_vocabulary] : _scores;
        _selected = new int[Math.Min(_candidatesPerStep, _vocabulary)];
        _live = [new Beam(request.Prompt, 0, 0)];
        _session = request.Model.StartDecoding(1, request.Options.Filter);
    }

    public IReadOnlyList<GeneratedSequence> Run(CancellationToken cancellation)
    {
        _session.Append(_request.Prompt, _logits.AsSpan(0, _vocabulary));
        for (int added = 1; ; added++)
        {
            cancellation.ThrowIfCancellationRequested();
            List<Candidate> candidates = Candidates(added);
            _live = Advance(candidates, added, out int[] parents);
            if (_live.Count == 0 || IsDone(added))
                break;
            _session.SelectRows(parents);
            _session.Append([.. _live.Select(beam => beam.Tokens[^1])], _logits.AsSpan(0, _live.Count * _vocabulary));
        }

        return [.. _finished.Take(_request.Options.ReturnSequences).Select(entry => entry.Sequence)];
    }

    public void Dispose() => _session.Dispose();

    /// <summary>The best continuations of all live beams together, best first.</summary>
    private List<Candidate> Candidates(int added)
    {
        var candidates = new List<Candidate>();
        for (int row = 0; row < _live.Count; row++)
        {
            Beam beam = _live[row];
            ReadOnlySpan<float> logits = _logits.AsSpan(row * _vocabulary, _vocabulary);
            double normalizer = LogitsMath.LogSumExp(logits);
            for (int token = 0; token < logits.Length; token++)
                _scores[token] = (float)(logits[token] - normalizer);
            _request.Process(beam.Tokens, _scores);
            if (_request.Options.Sample)
                AddGumbelNoise(row, added);
            int found = Selection.Largest(_keys, _selected);
            foreach (int token in _selected.AsSpan(0, found))
            {
                candidates.Add(new Candidate(
                    row, token, beam.Score + _scores[token], beam.LogProbability + logits[token] - normalizer, beam.Score + _keys[token]));
            }
        }

        if (candidates.Count == 0)
            throw new InvalidOperationException("Every token is forbidden by the generation options.");
        IEnumerable<Candidate> best = candidates.OrderByDescending(candidate => candidate.Key).Take(_candidatesPerStep);
        return [.. _request.Options.Sample ? best.OrderByDescending(candidate => candidate.Score) : best];
    }

    private void AddGumbelNoise(int row, int added)
    {
        long stream = (long)row << 32 | (uint)added;
        for (int token = 0; token < _vocabulary; token++)
        {
            if (_scores[token] == float.NegativeInfinity)
            {
                _keys[token] = float.NegativeInfinity;
                continue;
            }

            double uniform = CounterRandom.Uniform(_request.Options.Seed, stream, token) + 1.0 / (1L << 54);
            _keys[token] = (float)(_scores[token] - Math.Log(-Math.Log(uniform)));
        }
    }

    /// <summary>Banks candidates that have ended and continues with the others.</summary>
    private List<Beam> Advance(List<Candidate> candidates, int added, out int[] parents)
    {
        var next = new List<Beam>(_beams);
        var rows = new List<int>(_beams);
        bool atEnd = added == _request.MaxNewTokens;
        for (int rank = 0; rank < candidates.Count; rank++)
        {
            Candidate candidate = candidates[rank];
            bool stops = _request.StopTokens.Contains(candidate.Token);
            if (stops || atEnd)
            {
                if (rank < _beams)
                    Bank(candidate, added, stops);
            }
            else if (next.Count < _beams)
            {
                next.Add(new Beam([.. _live[candidate.Row].Tokens, candidate.Token], candidate.Score, candidate.LogProbability));
                rows.Add(candidate.Row);
            }
        }

        parents = [.. rows];
        return next;
    }

    private void Bank(Candidate candidate, int added, bool stops)
    {
        int[] tokens = _live[candidate.Row].Tokens[_request.Prompt.Length..];
        var sequence = new GeneratedSequence(
            stops ? tokens : [.. tokens, candidate.Token],
            candidate.LogProbability,
            Normalize(candidate.Score, added),
            stops ? FinishReason.Stop : _request.LongestEnd);
        _finished.Add((sequence, _finished.Count));
        _finished.Sort((a, b) => b.Sequence.Score != a.Sequence.Score
            ? b.Sequence.Score.CompareTo(a.Sequence.Score)
            : a.Order.CompareTo(b.Order));
        if (_finished.Count > _beams)
            _finished.RemoveAt(_beams);
    }

    /// <summary>
    /// Whether the bank is full and nothing better can come: no live beam, were it to end now, would beat the worst of the bank.
    /// </summary>
    private bool IsDone(int added) =>
        _finished.Count == _beams
        && (_request.Options.EarlyStopping || Normalize(_live[0].Score, added) <= _finished[^1].Sequence.Score);

    private double Normalize(double score, int length) => score / Math.Pow(length, _request.Options.LengthPenalty);

    /// <param name="Tokens">Prompt and new tokens.</param>
    /// <param name="Score">Sum of log-probabilities after the processors.</param>
    /// <param name="LogProbability">Sum of the model's own log-probabilities.</param>
    private sealed record Beam(int[] Tokens, double Score, double LogProbability);

    private readonly record struct Candidate(int Row, int Token, double Score, double LogProbability, double Key);
}
