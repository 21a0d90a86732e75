using Tef.Backends.Torch.Decoding;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Weights;
using Tef.Core.Decoding;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using static TorchSharp.torch;

namespace Tef.Backends.Torch;

/// <summary>A model whose weights are TorchSharp tensors.</summary>
/// <param name="module">The weights.</param>
/// <param name="kernels">What it computes with.</param>
/// <param name="device">Where it lies.</param>
/// <param name="precision">How decoding stores the weights.</param>
internal sealed class TorchLanguageModel(
    LanguageModule module, ITransformerKernels kernels, Device device, InferencePrecision precision = InferencePrecision.Float32)
    : ILanguageModel
{
    public LanguageModule Module { get; } = module;

    public Device Device { get; } = device;

    /// <summary>The weights in fewer bits; to be cleared when the weights change.</summary>
    public InferenceWeightsCache StoredWeights { get; } = new(module, kernels);

    public LanguageModelOptions Options => Module.Options;

    public long ParameterCount => Module.parameters().Sum(parameter => parameter.numel());

    public IDecodingSession StartDecoding(int rows = 1) => StartDecoding(rows, null);

    public IDecodingSession StartDecoding(int rows, FilterOverride? filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        filter?.Validate(Options.LayerCount);
        bool causal = filter is null
            ? Module.NonCausalSelectors.Count == 0 || Module.Options is Gpt2Options { Tef.Mode: MaskMode.Off }
            : filter.Selector.IsCausal;
        if (causal)
            return new TorchDecodingSession(Module, StoredWeights, precision, Device, rows, filter);
        if (Module.Options is Gpt2Options { Tef.AllowNonCausalGeneration: true })
            return StartFullForward(rows, filter);
        throw new InvalidOperationException(
            "This model cannot generate consistently, because token selectors look at later tokens: "
            + $"{(filter is null ? string.Join("; ", Module.NonCausalSelectors) : filter.Selector)}. Use a causal selector (Threshold, Budget), set Mode to Off, "
            + "or set AllowNonCausalGeneration.");
    }

    /// <summary>Decoding that computes whole sequences anew.</summary>
    public IDecodingSession StartFullForward(int rows = 1, FilterOverride? filter = null) =>
        new FullForwardSession(Module, kernels, StoredWeights, precision, Device, rows, filter);

    public SequenceScore Score(ReadOnlySpan<int> tokens) => Score(tokens, null);

    public SequenceScore Score(ReadOnlySpan<int> tokens, FilterOverride? filter)
    {
        filter?.Validate(Options.LayerCount);
        if (tokens.IsEmpty || tokens.Length > Options.Context)
            throw new ArgumentException($"Expected 1 to {Options.Context} tokens, the model's context, but found {tokens.Length}.");
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)Options.VocabularySize)
                throw new ArgumentException($"Token {token} is outside the vocabulary of {Options.VocabularySize} tokens.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ids = tensor(Array.ConvertAll(tokens.ToArray(), id => (long)id), device: Device);
        var pass = Evaluator.NewPass(Module, kernels, filter: filter);
        var hidden = Module.Hidden(ids.unsqueeze(0), pass);
        int predicted = tokens.Length - 1;
        float[] losses = predicted == 0
            ? []
            : kernels.TokenLosses(hidden.narrow(0, 0, predicted), Module.HeadWeight, ids.narrow(0, 1, predicted)).cpu().data<float>().ToArray();
        return new SequenceScore(
            losses,
            pass.KeptShare(),
            Array.ConvertAll(pass.Traces, trace => trace is null ? [] : trace.Gates.cpu().data<float>().ToArray()),
            Array.ConvertAll(pass.Traces, trace => trace switch
            {
                null => [],
                { Keep: null } => [.. Enumerable.Repeat(true, (int)trace.Gates.numel())],
                { Keep: { } keep } => keep.cpu().data<bool>().ToArray(),
            }));
    }

    public void SaveWeights(Stream destination) => SaveWeights(destination, SafetensorsType.F32);

    public void SaveWeights(Stream destination, SafetensorsType type) => WeightFile.Write(Module, destination, type);

    public void Dispose()
    {
        StoredWeights.Dispose();
        Module.Dispose();
    }
}
