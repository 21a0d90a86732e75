using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Models;
using Tef.Core;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Evaluation;

/// <summary>Walks over a text in windows and predicts every token after the first once.</summary>
/// <param name="module">The model.</param>
/// <param name="kernels">What it computes with.</param>
/// <param name="device">Where it lies.</param>
/// <param name="weights">Matrices to use in place of the module's own; null for those.</param>
internal sealed class Evaluator(LanguageModule module, ITransformerKernels kernels, Device device, InferenceWeights? weights = null)
{
    public EvaluationResult Run(ITokenSource tokens, EvaluationOptions options, CancellationToken cancellation)
    {
        options.Filter?.Validate(module.Options.LayerCount);
        return Walk(tokens, options, options.Filter, null, cancellation);
    }

    /// <param name="tokens">The text.</param>
    /// <param name="options">Windows and batch size.</param>
    /// <param name="filter">Decides in place of the model's own token selectors; null for those.</param>
    /// <param name="observe">Is shown every pass.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    public EvaluationResult Walk(
        ITokenSource tokens, EvaluationOptions options, FilterOverride? filter, Action<ForwardPass>? observe, CancellationToken cancellation)
    {
        int context = module.Options.Context;
        OptionGuard.AtLeast(options.BatchSize, 1);
        OptionGuard.Between(options.Stride, 0, context);
        if (options.SeparateDocuments && tokens.EndOfText is null)
            throw new ArgumentException("SeparateDocuments needs the end-of-text token, but the text does not say which it is.");
        if (tokens.Count < 2)
            throw new ArgumentException($"The text to evaluate has {tokens.Count} tokens, but at least 2 are needed.");
        int stride = options.Stride > 0 ? options.Stride : context;
        double nats = 0;
        long counted = 0, right = 0;
        var kept = new double[module.Options.LayerCount];
        long rows = 0;
        foreach (var windows in Windows(tokens.Count, context, stride).Chunk(options.BatchSize).SelectMany(SameLength))
        {
            cancellation.ThrowIfCancellationRequested();
            var (losses, correct, shares) = Losses(tokens, windows, options, filter, observe);
            int length = windows[0].Length;
            for (int window = 0; window < windows.Length; window++)
            {
                for (int i = length - windows[window].Counted; i < length; i++)
                {
                    nats += losses[(window * length) + i];
                    right += correct[(window * length) + i] ? 1 : 0;
                }
                counted += windows[window].Counted;
            }
            for (int layer = 0; layer < kept.Length; layer++)
                kept[layer] += shares[layer] * losses.Length;
            rows += losses.Length;
        }
        return new EvaluationResult(counted, nats, tokens.TextBytes, Array.ConvertAll(kept, sum => (float)(sum / rows))) { Correct = right };
    }

    /// <summary>
    /// Nats of each target and whether it was predicted, <c>[windows · length]</c>, and the share of tokens that each block computed.
    /// </summary>
    private (float[] Losses, bool[] Correct, float[] KeptShare) Losses(
        ITokenSource tokens, Window[] windows, EvaluationOptions options, FilterOverride? filter, Action<ForwardPass>? observe)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int length = windows[0].Length;
        var run = new int[length + 1];
        var batch = new TokenBatch(windows.Length, length);
        for (int window = 0; window < windows.Length; window++)
        {
            tokens.Read(windows[window].Start, run);
            for (int i = 0; i < length; i++)
            {
                batch.Inputs[(window * length) + i] = run[i];
                batch.Targets[(window * length) + i] = run[i + 1];
            }
        }
        if (options.SeparateDocuments)
            batch.Separate(tokens.EndOfText!.Value, options.RestartPositions);
        var pass = NewPass(module, kernels, weights, filter, batch, device);
        var hidden = module.Hidden(tensor(batch.Inputs, device: device).view(windows.Length, length), pass);
        observe?.Invoke(pass);
        var expected = tensor(batch.Targets, device: device);
        var correct = zeros(batch.Targets.Length, dtype: ScalarType.Bool, device: device);
        var losses = weights is null
            ? kernels.TokenLosses(hidden, module.HeadWeight, expected, correct)
            : weights.TokenLosses(hidden, expected, correct);
        return (losses.cpu().data<float>().ToArray(), correct.cpu().data<bool>().ToArray(), pass.KeptShare());
    }

    /// <summary>A pass without gradients in which filters act as the model's options say for evaluation.</summary>
    internal static ForwardPass NewPass(
        LanguageModule module,
        ITransformerKernels kernels,
        InferenceWeights? weights = null,
        FilterOverride? filter = null,
        TokenBatch? batch = null,
        Device? device = null) =>
        new(module.Options.LayerCount)
        {
            Runs = batch?.Runs is { } runs ? SequenceLayout.At(runs) : null,
            Positions = batch?.Positions is { } positions ? tensor(positions, device: device) : null,
            Weights = weights,
            Filter = filter,
            FilterTokens = filter is not null || module.FiltersTokens,
            Attention = new SelfAttentionPath(kernels),
        };

    private static IEnumerable<Window> Windows(long count, int context, int stride)
    {
        long predicted = 0;
        for (long start = 0; predicted < count - 1; start += stride)
        {
            int length = (int)Math.Min(context, count - 1 - start);
            int counted = (int)(start + length - predicted);
            predicted += counted;
            yield return new Window(start, length, counted);
        }
    }

    private static IEnumerable<Window[]> SameLength(Window[] windows) =>
        windows.GroupBy(window => window.Length).Select(group => group.ToArray());

    /// <param name="Start">Position of the first input.</param>
    /// <param name="Length">Number of inputs.</param>
    /// <param name="Counted">How many of the last targets no window before has predicted.</param>
    private readonly record struct Window(long Start, int Length, int Counted);
}
