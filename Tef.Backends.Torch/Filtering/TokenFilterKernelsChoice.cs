using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Filtering;

/// <summary>Picks the token filter kernels that serve a device.</summary>
internal static class TokenFilterKernelsChoice
{
    /// <exception cref="InvalidOperationException">The named kernels do not exist or cannot serve; the message lists those that can.</exception>
    public static ITokenFilterKernels Choose(
        IEnumerable<ITokenFilterKernels> registered, string name, Device device, ILogger logger)
    {
        var able = new List<ITokenFilterKernels>();
        var reasons = new List<string>();
        foreach (var kernels in registered)
        {
            if (kernels.CanServe(device, out string reason))
                able.Add(kernels);
            else
                reasons.Add($"{kernels.Name} ({reason})");
        }
        if (reasons.Count > 0)
            logger.LogInformation("Token filter kernels that cannot serve {Device}: {Reasons}", device, string.Join(", ", reasons));
        var chosen = name == "auto"
            ? able.MaxBy(kernels => kernels.Priority)
            : able.LastOrDefault(kernels => string.Equals(kernels.Name, name, StringComparison.OrdinalIgnoreCase));
        return chosen ?? throw new InvalidOperationException(
            $"No token filter kernels named '{name}' can serve {device}. Able: {Names(able)}."
            + (reasons.Count > 0 ? $" Unable: {string.Join(", ", reasons)}." : ""));
    }

    private static string Names(List<ITokenFilterKernels> kernels) =>
        kernels.Count == 0 ? "none" : string.Join(", ", kernels.Select(item => item.Name));
}
