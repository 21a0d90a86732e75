using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tef.Backends.Torch.Filtering;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;

namespace Tef.Backends.Torch;

/// <summary>Registers the TorchSharp backend.</summary>
public static partial class TorchBuilderExtensions
{
    /// <summary>Adds the backend named <c>torch</c> and its token filter kernels.</summary>
    /// <param name="builder">What <c>AddTef()</c> returned.</param>
    /// <returns>The same builder.</returns>
    public static TefBuilder AddTorch(this TefBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITokenFilterKernels, ReferenceTokenFilterKernels>());
        AddFused(builder.Services);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILanguageModelBackend, TorchBackend>());
        return builder;
    }

    /// <summary>Implemented in the folder ManagedEngine, which is compiled for the managed engine alone.</summary>
    static partial void AddFused(IServiceCollection services);
}
