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
        var all = TokenFilterKernelsStatus.Of(registered, name, device);
        string unable = string.Join(", ", all.Where(item => !item.Status.Serves).Select(item => $"{item.Status.Name} ({item.Status.Reason})"));
        if (unable.Length > 0)
            logger.LogInformation("Token filter kernels that cannot serve {Device}: {Reasons}", device, unable);
        if (all.FirstOrDefault(item => item.Status.IsChosen).Kernels is { } chosen)
            return chosen;
        string able = string.Join(", ", all.Where(item => item.Status.Serves).Select(item => item.Status.Name));
        throw new InvalidOperationException(
            $"No token filter kernels named '{name}' can serve {device}. Able: {(able.Length > 0 ? able : "none")}."
            + (unable.Length > 0 ? $" Unable: {unable}." : ""));
    }
}
