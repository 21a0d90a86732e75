using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.ML;
using Tef.Core.DependencyInjection;
using Tef.MLNet.Hosting;

namespace Tef.MLNet;

/// <summary>Brings Tef.MLNet to an <see cref="MLContext"/>.</summary>
public static class TefMLContextExtensions
{
    /// <summary>
    /// Gives the context its language model backends and teaches it to load saved pipelines. What backends log appears in
    /// <see cref="MLContext.Log"/>.
    /// </summary>
    /// <param name="context">The context to extend.</param>
    /// <param name="configure">Adds backends, for example <c>tef => tef.AddTorch()</c>.</param>
    /// <param name="options">Chooses device and backend; everything automatic when null.</param>
    /// <returns><paramref name="context"/>.</returns>
    public static MLContext UseTef(this MLContext context, Action<TefBuilder> configure, Action<TefRuntimeOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(configure);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(new ChannelLoggerProvider(context)));
        configure(services.AddTef(options));
        TefContext.Attach(context, services.BuildServiceProvider(), servicesLogToContext: true);
        return context;
    }

    /// <summary>Gives the context the backends that an application registered with <c>services.AddTef()</c>.</summary>
    /// <param name="context">The context to extend.</param>
    /// <param name="services">The services of the application.</param>
    /// <returns><paramref name="context"/>.</returns>
    public static MLContext UseTef(this MLContext context, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(services);
        TefContext.Attach(context, services, servicesLogToContext: false);
        return context;
    }

    /// <summary>
    /// Registers one <see cref="MLContext"/> for the application that uses the backends of <c>services.AddTef()</c>.
    /// </summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="seed">Seed of the context; drawn at random when null.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddMLContext(this IServiceCollection services, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new MLContext(seed).UseTef(provider));
        return services;
    }
}
