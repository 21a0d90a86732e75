using System.Diagnostics;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using static TorchSharp.torch;

namespace Tef.Benchmarks.Measuring;

/// <summary>Greedy decoding of one sequence after a prompt of 16 random tokens.</summary>
internal sealed class DecodingRun : IDisposable
{
    private const int Prompt = 16;

    private readonly TorchLanguageModel _model;

    public DecodingRun(ModelSize size)
    {
        var kernels = new ComputeKernels(TransformerKernelsChoice.Best(), new ReferenceTokenFilterKernels());
        var module = LanguageModuleFactory.Create(size.Options, kernels, CPU, seed: 0);
        module.eval();
        _model = new TorchLanguageModel(module, kernels.Transformer, CPU);
    }

    public long Parameters => _model.ParameterCount;

    /// <summary>Weights that every new token reads: all but the position table, of which it reads a row.</summary>
    public long BytesPerToken => sizeof(float) * (_model.ParameterCount - ((long)_model.Options.Context * Width));

    private int Width => ((Core.Models.Gpt2Options)_model.Options).Width;

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

    private double Run(int newTokens)
    {
        var random = new Random(0);
        int vocabulary = _model.Options.VocabularySize;
        var logits = new float[vocabulary];
        using var session = _model.StartDecoding();
        session.Append([.. Enumerable.Range(0, Prompt).Select(_ => random.Next(vocabulary))], logits);
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < newTokens; i++)
            session.Append([System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(logits)], logits);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
