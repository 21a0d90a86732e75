using System.Diagnostics;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Core.Models;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Benchmarks.Measuring;

/// <summary>Greedy decoding of one sequence after a prompt of 16 random tokens.</summary>
internal sealed class DecodingRun : IDisposable
{
    private const int Prompt = 16;

    private readonly TorchLanguageModel _model;
    private readonly InferencePrecision _precision;

    public DecodingRun(ModelSize size, InferencePrecision precision)
    {
        _precision = precision;
        var kernels = new ComputeKernels(TransformerKernelsChoice.Best(), new ReferenceTokenFilterKernels());
        var module = LanguageModuleFactory.Create(size.Options, kernels, CPU, seed: 0);
        module.eval();
        _model = new TorchLanguageModel(module, kernels.Transformer, CPU, precision);
    }

    public long Parameters => _model.ParameterCount;

    /// <summary>Weights that every new token reads: all but the position table, of which it reads a row.</summary>
    public long BytesPerToken => BytesPerWeight * (_model.ParameterCount - ((long)_model.Options.Context * Width));

    private int BytesPerWeight => _precision switch
    {
        InferencePrecision.BFloat16 => 2,
        InferencePrecision.Int8 => 1,
        _ => sizeof(float),
    };

    private int Width => ((Gpt2Options)_model.Options).Width;

    /// <summary>Seconds of each run of new tokens, after one that does not count.</summary>
    public double[] Time(int runs, int newTokens)
    {
        Run(newTokens);
        var seconds = new double[runs];
        for (int i = 0; i < runs; i++)
            seconds[i] = Run(newTokens);
        return seconds;
    }

    public void Dispose() => _model.Dispose();

    /// <summary>The kernels of a run of new tokens without its prompt, after one that does not count.</summary>
    public KernelProfile Profile(int newTokens)
    {
        Run(newTokens);
        KernelProfile? profile = null;
        Run(newTokens, () => profile = KernelProfile.Start());
        profile!.Stop();
        return profile;
    }

    private double Run(int newTokens, Action? afterPrompt = null)
    {
        var random = new Random(0);
        int vocabulary = _model.Options.VocabularySize;
        var logits = new float[vocabulary];
        using var session = _model.StartDecoding();
        session.Append([.. Enumerable.Range(0, Prompt).Select(_ => random.Next(vocabulary))], logits);
        afterPrompt?.Invoke();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < newTokens; i++)
            session.Append([System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(logits)], logits);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
