using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Backends.Torch;

/// <summary>Turns the name of a device into one that can be used here.</summary>
internal static class DeviceChoice
{
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:n</c>.</param>
    /// <exception cref="ArgumentException">There is no device of that name.</exception>
    /// <exception cref="InvalidOperationException">The device is not available here.</exception>
    public static Device Choose(string name)
    {
        if (name == "auto")
            return cuda.is_available() ? device(DeviceType.CUDA) : CPU;
        if (name == "cpu")
            return CPU;
        string[] parts = name.Split(':');
        int index = 0;
        if (parts[0] != "cuda" || parts.Length > 2 || (parts.Length == 2 && !int.TryParse(parts[1], out index)))
            throw new ArgumentException($"No device is named '{name}'. Expected auto, cpu, cuda or cuda:N.", nameof(name));
        if (!cuda.is_available())
            throw new InvalidOperationException($"The device '{name}' is not available: this build of the tensor engine finds no CUDA device.");
        return device(DeviceType.CUDA, index);
    }
}
