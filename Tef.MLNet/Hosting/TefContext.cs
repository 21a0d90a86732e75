using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.ML.Runtime;
using Tef.Core.Models;
using Tef.MLNet.Saving;

namespace Tef.MLNet.Hosting;

/// <summary>
/// What <c>UseTef</c> ties to an <see cref="Microsoft.ML.MLContext"/>: services and a seed. Found again from any environment of
/// that context, because all of them share one component catalog.
/// </summary>
internal sealed class TefContext
{
    private static readonly ConditionalWeakTable<ComponentCatalog, TefContext> s_contexts = [];

    private TefContext(int seed) => Seed = seed;

    /// <summary>Drawn once from the random numbers of the context: the same for contexts of the same seed.</summary>
    public int Seed { get; }

    private IServiceProvider Services { get; set; } = null!;

    /// <summary>Whether what services log reaches the log of the context.</summary>
    private bool ServicesLogToContext { get; set; }

    /// <summary>The backend that the application chose.</summary>
    /// <exception cref="InvalidOperationException">There is none, or none of the name chosen.</exception>
    public ILanguageModelBackend Backend =>
        (Services.GetService<LanguageModelBackends>() ?? throw new InvalidOperationException(
            "Tef.MLNet is not registered with the services. Call services.AddTef() and add a backend, for example AddTorch().")).Selected;

    /// <summary>Ties services to a context; later calls replace them.</summary>
    public static void Attach(IHostEnvironment environment, IServiceProvider services, bool servicesLogToContext)
    {
        TefContext context = s_contexts.GetValue(environment.ComponentCatalog, catalog =>
        {
            LoadableStages.Register(catalog);
            return new TefContext(environment.Register("Tef").Rand.Next());
        });
        context.Services = services;
        context.ServicesLogToContext = servicesLogToContext;
    }

    /// <summary>What is tied to the context of an environment.</summary>
    /// <exception cref="InvalidOperationException">Nothing is.</exception>
    public static TefContext Of(IHostEnvironment environment) =>
        s_contexts.TryGetValue(environment.ComponentCatalog, out TefContext? context)
            ? context
            : throw new InvalidOperationException(
                "This MLContext has no language model backend. Call UseTef on it first, for example "
                + "new MLContext(seed: 42).UseTef(tef => tef.AddTorch()).");

    /// <summary>A logger that reaches the log of the context and that of the application, each once.</summary>
    public ILogger CreateLogger(IHostEnvironment environment, string category)
    {
        ILogger? application = Services.GetService<ILoggerFactory>()?.CreateLogger(category);
        return application is not null && ServicesLogToContext ? application : new ChannelLogger(environment, category, application);
    }
}
