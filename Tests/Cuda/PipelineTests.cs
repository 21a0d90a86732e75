using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Tef.Backends.Cuda;
using Tef.Backends.Cuda.Filtering;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Filtering;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Training;
using Tef.MLNet;
using Tef.Tests.MLNet;

namespace Tef.Tests.Cuda;

/// <summary>One pipeline, trained and used with whatever kernels serve it.</summary>
[NonParallelizable]
public sealed class PipelineTests
{
    private sealed class Told
    {
        public string Continuation { get; set; } = "";

        public float Loss { get; set; }

        public float[] KeptShare { get; set; } = [];
    }

    [Test]
    public void RunsUnchangedWithAndWithoutAddCuda()
    {
        var (plain, _) = Run(tef => tef.AddTorch());
        var (both, log) = Run(tef => tef.AddTorch().AddCuda());

        Assert.That(both, Is.EqualTo(plain));
        Assert.That(log, Has.Some.Contains("cuda (the model is on cpu, these kernels need a CUDA device"));
        Assert.That(log, Has.Some.Matches("token filter kernels (?!cuda)"));
    }

    /// <summary>Training, scoring and cached generation through the CUDA sources, down to the last bit.</summary>
    [Test]
    public void CudaKernelsGiveWhatTheReferenceGives()
    {
        using var fake = new FakeDriver();
        fake.Set("execute", 1);
        using var log = new CollectedLog();
        using var kernels = new CudaTokenFilterKernels(fake.Options, log, new HostMemory());
        var (plain, _) = Run(tef => tef.AddTorch(), "reference");
        var (cuda, said) = Run(tef => tef.AddTorch().Services.AddSingleton<ITokenFilterKernels>(kernels), "cuda");

        Assert.That(cuda, Is.EqualTo(plain));
        Assert.That(said, Has.Some.Contains("token filter kernels cuda"));
        Assert.That(log.Lines, Is.Empty, "nothing went to plain tensor operations");
        Assert.That(fake.TakeLog(), Has.Some.StartsWith("scatter_add_rows_f32x4 ").And.Some.StartsWith("expand_rows_b16 "));
    }

    private static (string[] Results, List<string> Log) Run(Action<TefBuilder> add, string kernels = "auto")
    {
        var log = new List<string>();
        var ml = new MLContext(seed: 42);
        ml.Log += (_, entry) => log.Add(entry.Message);
        ml.UseTef(add, options => (options.Device, options.TokenFilterKernels) = ("cpu", kernels));
        var stories = Pipelines.Stories(ml, 60);
        var pipeline = ml.Transforms.TokenizeText("Tokens", "Text", Pipelines.VocabularySize)
            .Append(ml.Transforms.TefGpt2("Tokens", new TefGpt2Options
            {
                Layers = 4,
                Width = 16,
                Heads = 2,
                Context = 24,
                Tef = TefOptions.Routed(keep: 0.5f) with { MaskWarmupSteps = 2, Blocks = FilteredBlocks.All },
                Training = new TrainingOptions { Epochs = 0, MaxSteps = 8, BatchSize = 4, WarmupSteps = 2 },
            }))
            .Append(ml.Transforms.GenerateText("Continuation", new GenerationOptions { MaxNewTokens = 6 }));
        using var model = pipeline.Fit(stories);
        var told = ml.Data.CreateEnumerable<Told>(model.Transform(Pipelines.Stories(ml, 3, seed: 9)), reuseRowObject: false);
        string[] results = [.. told.Select(row => $"{row.Loss:R} [{string.Join(", ", row.KeptShare)}] {row.Continuation}")];
        Assert.That(results, Has.Length.EqualTo(3));
        Assert.That(results[0], Does.Contain("0."), "some blocks keep a part of the tokens");
        return (results, log);
    }
}
