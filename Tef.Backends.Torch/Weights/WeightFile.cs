using System.Runtime.InteropServices;
using Tef.Backends.Torch.Models;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Weights;

/// <summary>
/// Weights of a module as safetensors, and from any source. Names are those of the module's parameters and buffers, which for
/// GPT-2 are Hugging Face's; weights whose names lack the prefix <c>transformer.</c>, as the published ones do, load as well.
/// Numbers go from the source straight into the module.
/// </summary>
internal static class WeightFile
{
    /// <summary>Writes all parameters and buffers, those of token filters as float32 in any case.</summary>
    /// <exception cref="ArgumentException">The type is none of F32, BF16 and F16.</exception>
    public static void Write(nn.Module module, Stream destination, SafetensorsType type = SafetensorsType.F32)
    {
        var tensors = module.state_dict().Select(item => type == SafetensorsType.F32 || LanguageModule.IsFilterWeight(item.Key)
            ? new SafetensorsTensor(item.Key, SafetensorsType.F32, item.Value.shape, stream => stream.Write(Bytes(item.Value)))
            : SafetensorsTensor.Floats(
                item.Key, item.Value.shape, () => MemoryMarshal.Cast<byte, float>(Bytes(item.Value)).ToArray(), type));
        SafetensorsWriter.Write(destination, tensors, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Reads all parameters and buffers, of a token filter too.</summary>
    /// <exception cref="InvalidDataException">
    /// The data is damaged, or tensors are missing, surplus or of another shape; the message lists them.
    /// </exception>
    public static void Read(LanguageModule module, Stream source)
    {
        var reader = new SafetensorsReader(source, "weights");
        var match = new WeightMatch(module, reader.Entries.Select(entry => new WeightEntry(entry.Name, entry.Shape)));
        match.RequireComplete("The weights do not fit the model");
        while (reader.Next() is { } entry)
        {
            if (match.Find(entry.Name) is { } weight)
                Fill(weight, reader.ReadFloats);
        }
    }

    /// <summary>Reads all parameters and buffers; token filters of which the source has nothing keep every token.</summary>
    /// <inheritdoc cref="Read(LanguageModule, Stream)" path="/exception"/>
    public static void Read(LanguageModule module, IWeightSource source)
    {
        var match = new WeightMatch(module, source.Entries);
        var fresh = match.MissingFilters();
        match.RequireComplete($"The weights of {source.Name} do not fit the model", fresh);
        foreach (var entry in source.Entries)
        {
            if (match.Find(entry.Name) is { } weight)
                Fill(weight, destination => source.ReadFloats(entry.Name, destination));
        }
        module.InitializeFilters(fresh);
    }

    private static void Fill(Tensor weight, Action<Span<float>> read)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var host = weight.device_type == DeviceType.CPU ? weight : empty_like(weight, device: CPU);
        read(MemoryMarshal.Cast<byte, float>(host.bytes));
        if (!ReferenceEquals(host, weight))
            weight.copy_(host);
    }

    private static Span<byte> Bytes(Tensor weight)
    {
        using var noGrad = no_grad();
        return weight.device_type == DeviceType.CPU ? weight.bytes : weight.cpu().bytes;
    }
}
