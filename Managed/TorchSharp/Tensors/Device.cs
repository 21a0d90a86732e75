namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public class Device
    {
        public Device(string description)
        {
            string[] parts = description.Split(':');
            type = Parse(parts[0]);
            index = parts.Length == 1 ? -1
                : parts.Length == 2 && int.TryParse(parts[1], out int number) ? number
                : throw new ArgumentException(
                    $"'{description}' is no device: expected a name such as 'cpu' or 'cuda:0'.", nameof(description));
        }

        public Device(string deviceType, int index = -1)
        {
            type = Parse(deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public DeviceType type { get; }

        public int index { get; }

        public static implicit operator Device(string description) => new(description);

        public override string ToString() =>
            index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        private static DeviceType Parse(string name) => name switch
        {
            "cpu" => DeviceType.CPU,
            "cuda" => DeviceType.CUDA,
            "mps" => DeviceType.MPS,
            "meta" => DeviceType.META,
            _ => throw new ArgumentException($"'{name}' is no device: expected cpu, cuda, mps or meta.", nameof(name)),
        };
    }

    public static Device device(string description) => new(description);

    public static Device device(string deviceType, int index = -1) => new(deviceType, index);

    public static Device device(DeviceType deviceType, int index = -1) => new(deviceType, index);

    public static bool cuda_is_available() => false;

    public static bool mps_is_available() => false;

    public static Device get_default_device() => CPU;

    public static partial class cuda
    {
        public static bool is_available() => false;

        public static int device_count() => 0;
    }

    public static void InitializeDeviceType(DeviceType deviceType) => OnlyCpu(new Device(deviceType));

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType == DeviceType.CPU;

    public static Device InitializeDevice(Device? device)
    {
        OnlyCpu(device);
        return device ?? CPU;
    }

    /// <summary>The managed engine computes on the processor only; anything else is refused by name.</summary>
    internal static void OnlyCpu(Device? device)
    {
        if (device is not null && device.type != DeviceType.CPU)
            throw new NotSupportedException($"Device '{device}' is not available: the managed engine computes on 'cpu'.");
    }
}
