using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tef.Backends.Cuda.Filtering;
using Tef.Backends.Torch.Filtering;
using Tef.Core.DependencyInjection;

namespace Tef.Backends.Cuda;

/// <summary>Registers the CUDA kernels.</summary>
public static class CudaBuilderExtensions
{
    /// <summary>
    /// Adds the token filter kernels named <c>cuda</c>. They are used for models on a CUDA device; on a machine without one they say
    /// why not, and the others serve.
    /// </summary>
    /// <param name="builder">What <c>AddTef()</c> returned; <c>AddTorch()</c> brings the backend whose kernels these are.</param>
    /// <param name="configure">Says where the driver is; the usual place when null.</param>
    /// <returns>The same builder.</returns>
    public static TefBuilder AddCuda(this TefBuilder builder, Action<CudaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new CudaOptions();
        configure?.Invoke(options);
        builder.Services.TryAddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.Services.TryAddSingleton(options);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ITokenFilterKernels, CudaTokenFilterKernels>());
        return builder;
    }
}
