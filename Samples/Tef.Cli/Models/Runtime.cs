using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tef.Backends.Cuda;
using Tef.Backends.Torch;
using Tef.Core.Configuration;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;

namespace Tef.Cli.Models;

/// <summary>The services that a command computes with.</summary>
internal static class Runtime
{
    /// <param name="settings">Device, threads, kernels.</param>
    /// <param name="log">Where to log; nowhere when null.</param>
    public static ServiceProvider Create(RunSettings settings, ILoggerProvider? log = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            if (log is not null)
                logging.AddProvider(log);
        });
        services.AddTef(options =>
        {
            options.Device = settings.Device;
            options.Threads = settings.Threads;
            options.Backend = settings.Backend;
            options.TokenFilterKernels = settings.TokenFilterKernels;
            options.InferencePrecision = settings.Precision;
        }).AddTorch().AddCuda();
        return services.BuildServiceProvider();
    }

    public static ILanguageModelBackend Backend(IServiceProvider services) => services.GetRequiredService<LanguageModelBackends>().Selected;
}
