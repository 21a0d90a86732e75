using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.ManagedEngine;

namespace Tef.Backends.Torch;

/// <content>Token filter kernels of the managed engine.</content>
public static partial class TorchBuilderExtensions
{
    static partial void AddFused(IServiceCollection services) =>
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITokenFilterKernels, ManagedTokenFilterKernels>());
}
