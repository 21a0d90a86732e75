using Microsoft.Extensions.DependencyInjection;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Tests.Core.DependencyInjection;

public sealed class BackendSelectionTests
{
    private static LanguageModelBackends Backends(string choice, params string[] names)
    {
        var services = new ServiceCollection();
        TefBuilder tef = services.AddTef(options => options.Backend = choice);
        foreach (string name in names)
            tef.Services.AddSingleton<ILanguageModelBackend>(new NamedBackend(name));
        return services.BuildServiceProvider().GetRequiredService<LanguageModelBackends>();
    }

    [TestCase("auto", ExpectedResult = "second")]
    [TestCase("First", ExpectedResult = "first")]
    public string Options_choose(string choice) => Backends(choice, "first", "second").Selected.Name;

    [Test]
    public void Unknown_name_lists_those_there_are() =>
        Assert.That(
            () => Backends("third", "first", "second").Selected,
            Throws.InvalidOperationException.With.Message.Contains("'third'").And.Message.Contains("first, second"));

    [Test]
    public void No_backend_says_what_to_add() =>
        Assert.That(() => Backends("auto").Selected, Throws.InvalidOperationException.With.Message.Contains("AddTorch()"));

    private sealed class NamedBackend(string name) : ILanguageModelBackend
    {
        public string Name => name;

        public ILanguageModel Create(LanguageModelOptions options, int seed) => throw new NotSupportedException();

        public ILanguageModel Load(LanguageModelOptions options, Stream weights) => throw new NotSupportedException();

        public TrainingResult Train(
            ILanguageModel model,
            TrainingData data,
            TrainingOptions options,
            IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellation = default) => throw new NotSupportedException();

        public EvaluationResult Evaluate(
            ILanguageModel model,
            ITokenSource tokens,
            EvaluationOptions? options = null,
            CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
