using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;
using Tef.Core.Training;
using Tef.MLNet;
using Tef.Tests.MLNet.Fakes;

namespace Tef.Tests.MLNet;

[TestFixture]
internal sealed class HostingTests
{
    private sealed class TalkativeBackend(ILogger<TalkativeBackend> logger) : ILanguageModelBackend
    {
        private readonly BigramBackend _inner = new();

        public string Name => "talkative";

        public ILanguageModel Create(LanguageModelOptions options, int seed)
        {
            logger.LogWarning("making {Tokens} words", options.VocabularySize);
            return _inner.Create(options, seed);
        }

        public ILanguageModel Load(LanguageModelOptions options, Stream weights) => _inner.Load(options, weights);

        public TrainingResult Train(
            ILanguageModel model,
            TrainingData data,
            TrainingOptions options,
            IProgress<TrainingProgress>? progress = null,
            CancellationToken cancellation = default) => _inner.Train(model, data, options, progress, cancellation);

        public EvaluationResult Evaluate(
            ILanguageModel model,
            ITokenSource tokens,
            EvaluationOptions? options = null,
            CancellationToken cancellation = default) => _inner.Evaluate(model, tokens, options, cancellation);
    }

    private sealed class ListLoggerProvider(List<string> entries) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            entries.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    [Test]
    public void ContextComesFromTheServicesOfAnApplication()
    {
        var entries = new List<string>();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new ListLoggerProvider(entries)));
        services.AddTef().AddBigram();
        services.AddMLContext(seed: 42);
        using ServiceProvider provider = services.BuildServiceProvider();
        MLContext ml = provider.GetRequiredService<MLContext>();
        Assert.That(ml, Is.SameAs(provider.GetRequiredService<MLContext>()));

        var messages = new List<string>();
        ml.Log += (_, message) => messages.Add(message.Message);
        TransformerChain<LanguageModelTransformer> chain = Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml));
        Assert.That(chain.LastTransformer.TrainingResult.End, Is.EqualTo(TrainingEnd.Completed));
        Assert.That(entries, Has.One.Contains("with backend bigram"));
        Assert.That(messages, Has.One.Contains("with backend bigram"));
    }

    [Test]
    public void WhatBackendsLogIsSeenInTheContextsLog()
    {
        MLContext ml = new MLContext(1).UseTef(tef => tef.Services.AddSingleton<ILanguageModelBackend, TalkativeBackend>());
        var messages = new List<LoggingEventArgs>();
        ml.Log += (_, message) => messages.Add(message);
        _ = Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml));
        Assert.That(messages.Select(message => message.RawMessage), Has.Some.Contains("making 340 words"));
    }

    [Test]
    public void OptionsChooseTheBackend()
    {
        static Action<TefBuilder> Both() => tef =>
        {
            tef.AddBigram();
            tef.Services.AddLogging().AddSingleton<ILanguageModelBackend, TalkativeBackend>();
        };

        static List<string> Train(Action<TefRuntimeOptions>? options)
        {
            MLContext ml = new MLContext(1).UseTef(Both(), options);
            var messages = new List<string>();
            ml.Log += (_, message) => messages.Add(message.Message);
            _ = Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml));
            return messages;
        }

        Assert.That(Train(null), Has.Some.Contains("with backend talkative"));
        Assert.That(Train(options => options.Backend = "bigram"), Has.Some.Contains("with backend bigram"));
        Assert.That(
            () => Train(options => options.Backend = "abacus"),
            Throws.InvalidOperationException.With.Message.Contains("'abacus'").And.Message.Contains("bigram, talkative"));
    }

    [Test]
    public void ServicesWithoutTef()
    {
        using ServiceProvider provider = new ServiceCollection().BuildServiceProvider();
        MLContext ml = new MLContext(1).UseTef(provider);
        Assert.That(
            () => Pipelines.Scoring(ml).Fit(Pipelines.Stories(ml)), Throws.InvalidOperationException.With.Message.Contains("AddTef()"));
    }
}
