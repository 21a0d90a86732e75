using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tef.Backends.Cuda;
using Tef.Backends.Cuda.Filtering;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Filtering;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Models;

namespace Tef.Tests.Cuda;

/// <summary>CUDA kernels chosen through dependency injection, on a machine where they cannot serve.</summary>
[NonParallelizable]
public sealed class AddCudaTests
{
    private static readonly Gpt2Options Small = new()
    {
        VocabularySize = 31,
        Context = 12,
        Layers = 3,
        Width = 16,
        Heads = 2,
        Dropout = 0,
        Tef = TefOptions.Routed(0.5f),
    };

    [Test]
    public void WithoutADeviceTheOthersServeAndTheLogSaysWhy()
    {
        using var log = new CollectedLog();
        using var plain = Services(log, builder => builder.AddTorch());
        using var both = Services(log, builder => builder.AddTorch().AddCuda());
        int[] tokens = [1, 2, 3, 4, 5, 6];

        float[][] losses = [.. new[] { plain, both }.Select(services =>
        {
            using var model = services.GetRequiredService<LanguageModelBackends>().Selected.Create(Small, seed: 3);
            return model.Score(tokens).TokenLosses;
        })];

        Assert.That(losses[1], Is.EqualTo(losses[0]), "the same bits, whichever way the services were added");
        Assert.That(log.Lines, Has.Some.Contains("cuda (the model is on cpu, these kernels need a CUDA device"));
        Assert.That(log.Lines, Has.Some.Contains("token filter kernels "));
    }

    [Test]
    public void KernelsNamedInOptionsMustBeAble()
    {
        using var log = new CollectedLog();
        using var services = Services(log, builder => builder.AddTorch().AddCuda(), "cuda");

        Assert.That(
            () => services.GetRequiredService<LanguageModelBackends>().Selected,
            Throws.InvalidOperationException.With.Message.Contains("'cuda'").And.Message.Contains("reference"));
    }

    [Test]
    public void TheStatusOfAllKernelsCanBeAsked()
    {
        using var log = new CollectedLog();
        using var services = Services(log, builder => builder.AddTorch().AddCuda());
        IReadOnlyList<TokenFilterKernelsStatus> all = TokenFilterKernelsStatus.Of(services);

        TokenFilterKernelsStatus cuda = all.Single(kernels => kernels.Name == "cuda");
        Assert.That((cuda.Serves, cuda.IsChosen), Is.EqualTo((false, false)));
        Assert.That(cuda.Reason, Does.StartWith("the model is on cpu, these kernels need a CUDA device"));
        TokenFilterKernelsStatus chosen = all.Single(kernels => kernels.IsChosen);
        Assert.That((chosen.Serves, chosen.Reason), Is.EqualTo((true, "")));
        Assert.That(chosen.Priority, Is.EqualTo(all.Where(kernels => kernels.Serves).Max(kernels => kernels.Priority)));

        using var named = Services(log, builder => builder.AddTorch().AddCuda(), "cuda");
        Assert.That(TokenFilterKernelsStatus.Of(named), Has.None.Matches<TokenFilterKernelsStatus>(kernels => kernels.IsChosen));
    }

    [Test]
    public void WhereAllCanServeAutoTakesCuda()
    {
        using var fake = new FakeDriver();
        using var log = new CollectedLog();
        using var cuda = new CudaTokenFilterKernels(fake.Options, log, new HostMemory());
        using var services = Services(log, builder =>
        {
            builder.AddTorch().Services.AddSingleton<ITokenFilterKernels>(cuda);
            return builder;
        });
        IReadOnlyList<TokenFilterKernelsStatus> all = TokenFilterKernelsStatus.Of(services);
        Assert.That(all.Count(kernels => kernels.Serves), Is.GreaterThan(1));
        Assert.That(all.Single(kernels => kernels.IsChosen).Name, Is.EqualTo("cuda"));
    }

    [Test]
    public void AddedTwiceIsAddedOnce()
    {
        using var log = new CollectedLog();
        using var services = Services(log, builder => builder.AddTorch().AddCuda().AddCuda());
        Assert.That(services.GetServices<ITokenFilterKernels>().Count(kernels => kernels.Name == "cuda"), Is.EqualTo(1));
    }

    private static ServiceProvider Services(CollectedLog log, Func<TefBuilder, TefBuilder> add, string kernels = "auto")
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(log);
        add(services.AddTef(options => (options.Device, options.TokenFilterKernels) = ("cpu", kernels)));
        return services.BuildServiceProvider();
    }
}
