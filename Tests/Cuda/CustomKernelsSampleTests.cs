using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Filtering;
using Tef.Core.Configuration;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Samples.CustomKernels;
using static TorchSharp.torch;

namespace Tef.Tests.Cuda;

/// <summary>The kernels of the sample, which anyone may write, against plain tensor operations.</summary>
public sealed class CustomKernelsSampleTests
{
    [TestCase("0 1 2 5 6 9")]
    [TestCase("3")]
    [TestCase("0 1 2 3 4 5 6 7 8 9")]
    [TestCase("")]
    public void ValuesAndGradientsEqualTheReference(string kept)
    {
        using var scope = NewDisposeScope();
        var index = tensor(kept.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToArray());
        var results = new List<float[][]>();
        foreach (var kernels in new ITokenFilterKernels[] { new ReferenceTokenFilterKernels(), new RunKernels() })
        {
            manual_seed(2);
            var weights = randn(10, 4);
            var rows = randn(10, 4).requires_grad_();
            var packed = kernels.Compact(rows, index);
            var back = kernels.Expand(rows, index, packed * 2);
            (back * weights).sum().backward();
            results.Add([.. new[] { packed, back, rows.grad! }.Select(values => values.detach().contiguous().data<float>().ToArray())]);
        }
        Assert.That(results[1], Is.EqualTo(results[0]));
    }

    [Test]
    public void ASelectorOfOnesOwnFiltersAndGenerates()
    {
        var options = new Gpt2Options
        {
            VocabularySize = 64,
            Context = 32,
            Layers = 3,
            Width = 32,
            Heads = 4,
            Tef = new TefOptions { Selector = BandRule.Between(0.45f, 0.5f), Blocks = FilteredBlocks.All },
        };
        using var provider = Services(services => services.AddSingleton<ITokenSelectorRule, BandRule>());
        using var model = provider.GetRequiredService<LanguageModelBackends>().Selected.Create(options, seed: 1);
        var score = model.Score([.. Enumerable.Range(0, 32)]);

        Assert.That(score.KeptShare[1], Is.InRange(0.05f, 0.95f));
        Assert.That(
            score.Kept[1].Skip(1), Is.EqualTo(score.Gates[1].Skip(1).Select(gate => gate is >= 0.45f and <= 0.5f)),
            "position 0 is kept whatever its gate");
        using var session = model.StartDecoding();
        session.Append([1, 2, 3], new float[64]);
        Assert.That(session.Length, Is.EqualTo(3));
    }

    [Test]
    public void AnUnknownSelectorListsThoseThereAre()
    {
        var options = new Gpt2Options
        {
            VocabularySize = 64,
            Width = 32,
            Heads = 4,
            Tef = new TefOptions { Selector = new CustomSelector("bond", Causal: true) },
        };
        using var provider = Services(services => services.AddSingleton<ITokenSelectorRule, BandRule>());
        var backend = provider.GetRequiredService<LanguageModelBackends>().Selected;
        Assert.That(
            () => backend.Create(options, seed: 1),
            Throws.InvalidOperationException.With.Message.Contains("'bond'").And.Message.Contains("band"));
    }

    [Test]
    public void CustomSelectorsAreStoredWithTheirParameters()
    {
        var options = new Gpt2Options { VocabularySize = 64, Tef = new TefOptions { Selector = BandRule.Between(0.25f, 0.5f) } };
        var again = OptionsJson.Read<LanguageModelOptions>(OptionsJson.Write<LanguageModelOptions>(options), "options");
        Assert.That(again, Is.EqualTo(options));
    }

    private static ServiceProvider Services(Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        services.AddTef().AddTorch();
        register(services);
        return services.BuildServiceProvider();
    }
}
