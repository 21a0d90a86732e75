using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Models;
using Tef.Core.Data;
using Tef.Core.Numerics;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// Batches of the model's own continuations, with the tokens of repeated n-grams as what it should not predict
/// (Welleck et al., 2019).
/// </summary>
internal sealed class SequenceUnlikelihood
{
    /// <summary>The stream of random numbers that chooses the steps.</summary>
    private const int ChoiceStream = 102;

    private readonly LanguageModule _module;
    private readonly Device _device;
    private readonly RunPlan _plan;
    private readonly SequenceUnlikelihoodOptions _settings;
    private readonly int _seed;
    private readonly int _prefix;
    private readonly int _continuation;

    /// <exception cref="ArgumentException">Beginning and continuation do not fit into a training sequence.</exception>
    /// <exception cref="InvalidOperationException">The model cannot generate.</exception>
    public SequenceUnlikelihood(
        LanguageModule module, Device device, RunPlan plan, SequenceUnlikelihoodOptions settings, TrainingOptions options)
    {
        (_module, _device, _plan, _settings, _seed) = (module, device, plan, settings, options.Seed);
        _prefix = settings.PrefixTokens > 0 ? settings.PrefixTokens : Math.Max(1, plan.SequenceLength / 3);
        _continuation = settings.ContinuationTokens > 0 ? settings.ContinuationTokens : plan.SequenceLength - _prefix;
        if (_continuation < 1 || _prefix + _continuation > plan.SequenceLength)
        {
            throw new ArgumentException(
                $"PrefixTokens ({_prefix}) and ContinuationTokens ({_continuation}) of SequenceUnlikelihood must fit into a training "
                + $"sequence of {plan.SequenceLength} tokens.", nameof(settings));
        }

        if (options.Packing.Mode != PackingMode.Blocks)
            throw new ArgumentException("SequenceUnlikelihood needs Packing.Mode Blocks, whose sequences are all of one length.", nameof(options));
        if (module.NonCausalSelectors.Count > 0)
        {
            throw new InvalidOperationException(
                "SequenceUnlikelihood needs a model that can generate, but its token selectors look at later tokens: "
                + $"{string.Join("; ", module.NonCausalSelectors)}.");
        }
    }

    /// <summary>Whether a step trains on continuations. The first never does.</summary>
    public bool IsDue(long step) => step > 0 && CounterRandom.Uniform(_seed, ChoiceStream, step) < _settings.Share;

    /// <summary>Continues the beginnings of a batch greedily.</summary>
    /// <returns>Inputs <c>[B, P + n − 1]</c>, targets that are all ignored, and what should not be predicted.</returns>
    public (Tensor Inputs, Tensor Targets, LossTerms Terms) Batch(long step, int part)
    {
        var batch = _plan.Read(step, part);
        int rows = batch.Rows, length = _prefix + _continuation;
        int[] sequences = Continue(batch, length);
        var unlikely = UnlikelyTokens.RepeatedNGrams(sequences, length, _prefix, _settings.NGram);
        var all = tensor(Array.ConvertAll(sequences, id => (long)id), device: _device).view(rows, length);
        var targets = full([rows * (length - 1)], TokenBatch.IgnoredTarget, dtype: ScalarType.Int64, device: _device);
        return (all.narrow(1, 0, length - 1), targets, new LossTerms { Unlikely = unlikely });
    }

    private int[] Continue(TokenBatch batch, int length)
    {
        int rows = batch.Rows;
        var sequences = new int[rows * length];
        var beginnings = new long[rows * _prefix];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < _prefix; i++)
            {
                beginnings[(row * _prefix) + i] = batch.Inputs[(row * batch.Length) + i];
                sequences[(row * length) + i] = (int)batch.Inputs[(row * batch.Length) + i];
            }
        }

        using var noGrad = no_grad();
        using var state = _module.CreateState(rows);
        var next = tensor(beginnings, device: _device).view(rows, _prefix);
        for (int i = _prefix; i < length; i++)
        {
            using var scope = NewDisposeScope();
            var hidden = _module.Advance(next, state).view(rows, next.shape[1], -1);
            var last = hidden.narrow(1, next.shape[1] - 1, 1).reshape(rows, -1);
            var chosen = _module.Logits(last, null).argmax(-1);
            long[] ids = chosen.cpu().data<long>().ToArray();
            for (int row = 0; row < rows; row++)
                sequences[(row * length) + i] = (int)ids[row];
            next = chosen.view(rows, 1).MoveToOuterDisposeScope();
        }
        return sequences;
    }
}
