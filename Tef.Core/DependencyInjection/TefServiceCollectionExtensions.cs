using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tef.Core.Models;

namespace Tef.Core.DependencyInjection;

/// <summary>Collects the backends of an application; each backend adds a method of its own, such as <c>AddTorch()</c>.</summary>
public sealed class TefBuilder
{
    internal TefBuilder(IServiceCollection services) => Services = services;

    /// <summary>Where backends register their services.</summary>
    public IServiceCollection Services { get; }
}

/// <summary>Registers Tef.MLNet with a service collection.</summary>
public static class TefServiceCollectionExtensions
{
    /// <summary>Registers what every backend needs. Add at least one backend to the result.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Chooses device and backend; everything automatic when null.</param>
    public static TefBuilder AddTef(this IServiceCollection services, Action<TefRuntimeOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new TefRuntimeOptions();
        configure?.Invoke(options);
        services.TryAddSingleton(options);
        services.TryAddSingleton<LanguageModelBackends>();
        return new TefBuilder(services);
    }
}
