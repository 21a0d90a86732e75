namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                string lead = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (key, parameter) in _internal_params)
                    destination.TryAdd(lead + key, parameter);
                foreach (var (key, (buffer, persistent)) in _internal_buffers)
                {
                    if (persistent)
                        destination.TryAdd(lead + key, buffer);
                }
                foreach (var (key, module) in _internal_submodules)
                    module.state_dict(destination, lead + key);
                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var target = state_dict();
                bool Wanted(string key) => skip is null || !skip.Contains(key);
                var unexpected = source.Keys.Where(key => Wanted(key) && !target.ContainsKey(key)).ToList();
                var missing = target.Keys.Where(key => Wanted(key) && !source.ContainsKey(key)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                {
                    throw new InvalidOperationException(
                        $"The state does not match the module: missing [{string.Join(", ", missing)}], "
                        + $"unexpected [{string.Join(", ", unexpected)}].");
                }
                using (no_grad())
                {
                    foreach (var (key, value) in source)
                    {
                        if (!Wanted(key) || !target.TryGetValue(key, out Tensor? place))
                            continue;
                        if (!place.Impl.Shape.AsSpan().SequenceEqual(value.Impl.Shape))
                        {
                            throw new ArgumentException(
                                $"'{key}' has shape {Shapes.Text(value.Impl.Shape)}, expected {Shapes.Text(place.Impl.Shape)}.",
                                nameof(source));
                        }
                        place.copy_(value);
                    }
                }
                return (missing, unexpected);
            }

            /// <summary>Converts parameters and buffers of real numbers, in this module and below.</summary>
            internal void ConvertTo(ScalarType? dtype, Device? device)
            {
                OnlyCpu(device);
                if (dtype is not { } type)
                    return;
                if (!TypePromotion.IsFloat(type))
                    throw new ArgumentException($"A module can be converted to types of real numbers only, found {type}.", nameof(dtype));
                foreach (Tensor tensor in parameters().Concat(buffers()))
                {
                    if (tensor.is_floating_point())
                        tensor.Convert(type);
                }
            }
        }
    }
}

public static class ModuleExtensionMethods
{
    public static T to<T>(this T module, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module
    {
        module.ConvertTo(type, null);
        return module;
    }

    public static T to<T>(this T module, torch.Device device, bool non_blocking = false)
        where T : torch.nn.Module
    {
        module.ConvertTo(null, device);
        return module;
    }

    public static T to<T>(this T module, torch.Device device, torch.ScalarType type, bool non_blocking = false)
        where T : torch.nn.Module
    {
        module.ConvertTo(type, device);
        return module;
    }

    public static T to<T>(this T module, DeviceType deviceType, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module => module.to(new torch.Device(deviceType, deviceIndex));

    public static T to<T>(this T module, string device, bool non_blocking = false)
        where T : torch.nn.Module => module.to(new torch.Device(device));

    public static T cpu<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module => module;

    public static T cuda<T>(this T module, int deviceIndex = -1, bool non_blocking = false)
        where T : torch.nn.Module => module.to(DeviceType.CUDA, deviceIndex);

    public static T @float<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module => module.to(torch.ScalarType.Float32);

    public static T bfloat16<T>(this T module, bool non_blocking = false)
        where T : torch.nn.Module => module.to(torch.ScalarType.BFloat16);
}
