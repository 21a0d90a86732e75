using Microsoft.Extensions.DependencyInjection;
using Tef.Core.DependencyInjection;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>Whether registered token filter kernels serve the device of an application's models, and if not, why.</summary>
/// <param name="Name">The name by which options choose them.</param>
/// <param name="Priority">Among those that serve, <c>auto</c> takes the highest.</param>
/// <param name="Serves">Whether they can work on the device here and now.</param>
/// <param name="IsChosen">Whether models of the application use them.</param>
/// <param name="Reason">Why they cannot serve; empty when they can.</param>
public sealed record TokenFilterKernelsStatus(string Name, int Priority, bool Serves, bool IsChosen, string Reason)
{
    /// <summary>Asks all registered kernels, in the order of their registration.</summary>
    /// <param name="services">The services of an application, with a backend added by <c>AddTorch()</c>.</param>
    /// <returns>None of them is chosen when the options name kernels that cannot serve.</returns>
    /// <exception cref="InvalidOperationException">The device of the options cannot be used, or no backend was added.</exception>
    public static IReadOnlyList<TokenFilterKernelsStatus> Of(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.GetRequiredService<TefRuntimeOptions>();
        return [.. Of(services.GetServices<ITokenFilterKernels>(), options.TokenFilterKernels, DeviceChoice.Choose(options.Device)).Select(
            item => item.Status)];
    }

    /// <summary>The same for a device and a name, with the kernels.</summary>
    internal static IReadOnlyList<(ITokenFilterKernels Kernels, TokenFilterKernelsStatus Status)> Of(
        IEnumerable<ITokenFilterKernels> registered, string name, Device device)
    {
        (ITokenFilterKernels Kernels, TokenFilterKernelsStatus Status)[] all =
        [
            .. registered.Select(kernels =>
            {
                bool serves = kernels.CanServe(device, out string reason);
                return (kernels, new TokenFilterKernelsStatus(kernels.Name, kernels.Priority, serves, false, serves ? "" : reason));
            }),
        ];
        var able = all.Where(item => item.Status.Serves);
        ITokenFilterKernels? chosen = name == "auto"
            ? able.OrderByDescending(item => item.Status.Priority).FirstOrDefault().Kernels
            : able.LastOrDefault(item => string.Equals(item.Status.Name, name, StringComparison.OrdinalIgnoreCase)).Kernels;
        return [.. all.Select(item => (item.Kernels, item.Status with { IsChosen = ReferenceEquals(item.Kernels, chosen) }))];
    }
}
