using System.Runtime.InteropServices;
using Tef.Core.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Weights;

/// <summary>
/// Weights of a module as safetensors. Names are those of the module's parameters and buffers, which for GPT-2 are Hugging
/// Face's; files whose names lack the prefix <c>transformer.</c>, as the published ones do, load as well.
/// </summary>
internal static class WeightFile
{
    private const string Prefix = "transformer.";

    /// <summary>Writes all parameters and buffers as float32.</summary>
    public static void Write(nn.Module module, Stream destination)
    {
        var tensors = module.state_dict().Select(item => new SafetensorsTensor(
            item.Key, SafetensorsType.F32, item.Value.shape, stream => stream.Write(Bytes(item.Value))));
        SafetensorsWriter.Write(destination, tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Reads all parameters and buffers.</summary>
    /// <exception cref="InvalidDataException">
    /// The data is damaged, or tensors are missing, surplus or of another shape; the message lists them.
    /// </exception>
    public static void Read(nn.Module module, Stream source)
    {
        var reader = new SafetensorsReader(source, "weights");
        var weights = module.state_dict();
        Check(weights, reader.Entries);
        using var noGrad = no_grad();
        while (reader.Next() is { } entry)
        {
            if (Find(weights, entry.Name) is not { } weight)
                continue;
            using var scope = NewDisposeScope();
            var host = weight.device_type == DeviceType.CPU ? weight : empty_like(weight, device: CPU);
            reader.ReadFloats(MemoryMarshal.Cast<byte, float>(host.bytes));
            if (!ReferenceEquals(host, weight))
                weight.copy_(host);
        }
    }

    private static Span<byte> Bytes(Tensor weight)
    {
        using var noGrad = no_grad();
        return weight.device_type == DeviceType.CPU ? weight.bytes : weight.cpu().bytes;
    }

    private static void Check(Dictionary<string, Tensor> weights, IReadOnlyList<SafetensorsEntry> entries)
    {
        var problems = new List<string>();
        var found = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        foreach (var entry in entries)
        {
            if (Find(weights, entry.Name) is not { } weight)
            {
                if (!IsDerived(entry.Name))
                    problems.Add($"surplus {entry.Name}");
                continue;
            }
            found.Add(weight);
            if (!weight.shape.SequenceEqual(entry.Shape))
                problems.Add($"{entry.Name} is [{string.Join(", ", entry.Shape)}] instead of [{string.Join(", ", weight.shape)}]");
        }
        problems.AddRange(weights.Where(item => !found.Contains(item.Value)).Select(item => $"missing {item.Key}"));
        if (problems.Count > 0)
            throw new InvalidDataException($"The weights do not fit the model: {string.Join("; ", problems)}.");
    }

    private static Tensor? Find(Dictionary<string, Tensor> weights, string name) =>
        weights.TryGetValue(name, out var weight) || weights.TryGetValue(Prefix + name, out weight) ? weight : null;

    /// <summary>Tensors of published files that follow from others: causal masks, and the head tied to the embedding.</summary>
    private static bool IsDerived(string name) =>
        name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal)
        || name == "lm_head.weight";
}
