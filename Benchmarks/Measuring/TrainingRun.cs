using System.Diagnostics;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Training;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Benchmarks.Measuring;

/// <summary>Training steps on random tokens, as the trainer makes them.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly ComputeKernels _kernels;
    private readonly LanguageModule _module;
    private readonly Optimizers _optimizers;
    private readonly Tensor _inputs;
    private readonly Tensor _targets;

    public TrainingRun(ModelSize size)
        : this(size.Options, size.Batch, size.Ctx, new ReferenceTokenFilterKernels())
    {
    }

    /// <param name="options">The model; its token filters act from the first step on.</param>
    /// <param name="batch">Sequences of a step.</param>
    /// <param name="length">Tokens of a sequence.</param>
    /// <param name="tokenFilter">What the filters compute with.</param>
    /// <param name="optimizer">What takes the steps.</param>
    public TrainingRun(
        Gpt2Options options, int batch, int length, ITokenFilterKernels tokenFilter, OptimizerKind optimizer = OptimizerKind.AdamW)
    {
        _kernels = new ComputeKernels(TransformerKernelsChoice.Best(), tokenFilter);
        _module = LanguageModuleFactory.Create(options, _kernels, CPU, seed: 0);
        _module.train();
        _optimizers = new Optimizers(_module, new TrainingOptions { LearningRate = 1e-4, Optimizer = optimizer, ClipNorm = 0 });
        manual_seed(0);
        _inputs = randint(0, options.VocabularySize, [batch, length], dtype: ScalarType.Int64).DetachFromDisposeScope();
        _targets = randint(0, options.VocabularySize, [batch * length], dtype: ScalarType.Int64).DetachFromDisposeScope();
    }

    public long Parameters => _module.parameters().Sum(parameter => parameter.numel());

    /// <summary>Share of the tokens that each block computed in the last step.</summary>
    public float[] KeptShare { get; private set; } = [];

    public float Step()
    {
        using var scope = NewDisposeScope();
        _optimizers.ZeroGradients();
        var filters = (_module.Options as Gpt2Options)?.Tef;
        var pass = new ForwardPass(_module.Options.LayerCount)
        {
            Training = true,
            FilterTokens = filters is { Mode: MaskMode.Train },
            Attention = new SelfAttentionPath(_kernels.Transformer),
        };
        var loss = _kernels.Transformer.LinearCrossEntropy(_module.Hidden(_inputs, pass), _module.HeadWeight, _targets);
        if (AuxiliaryLosses.Of(filters, pass) is { } auxiliary)
            loss += auxiliary;
        loss.backward();
        _module.UpdateControllers(pass);
        KeptShare = pass.KeptShare();
        _optimizers.Step(1);
        return loss.item<float>();
    }

    /// <summary>Seconds of each step, after one that does not count.</summary>
    public double[] Time(int steps)
    {
        Step();
        var seconds = new double[steps];
        for (int i = 0; i < steps; i++)
            seconds[i] = TimedStep();
        return seconds;
    }

    /// <summary>Seconds of a step.</summary>
    public double TimedStep()
    {
        long started = Stopwatch.GetTimestamp();
        Step();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>The kernels of some steps, after one that does not count.</summary>
    public KernelProfile Profile(int steps)
    {
        Step();
        var profile = KernelProfile.Start();
        for (int i = 0; i < steps; i++)
            Step();
        profile.Stop();
        return profile;
    }

    public void Dispose()
    {
        _inputs.Dispose();
        _targets.Dispose();
        _optimizers.Dispose();
        _module.Dispose();
    }
}
