using System.Runtime.InteropServices;
using Tef.Core.Safetensors;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>Tensors to and from safetensors, bit for bit.</summary>
internal static class CheckpointTensors
{
    public static IEnumerable<SafetensorsTensor> Write(IReadOnlyDictionary<string, Tensor> tensors) => tensors.Select(item =>
        new SafetensorsTensor(item.Key, TypeOf(item.Value), item.Value.shape, stream =>
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            stream.Write(item.Value.cpu().contiguous().bytes);
        }));

    /// <summary>Reads every tensor into the one of its name.</summary>
    /// <exception cref="InvalidDataException">The names or shapes are others.</exception>
    public static void Read(string path, IReadOnlyDictionary<string, Tensor> tensors)
    {
        using FileStream file = File.OpenRead(path);
        var reader = new SafetensorsReader(file, path);
        string[] others = [.. reader.Entries.Select(entry => entry.Name).Except(tensors.Keys)
            .Concat(tensors.Keys.Except(reader.Entries.Select(entry => entry.Name)))];
        if (others.Length > 0)
            throw new InvalidDataException($"The checkpoint '{path}' does not fit the run: {string.Join(", ", others.Take(5))}.");
        using var noGrad = no_grad();
        while (reader.Next() is { } entry)
        {
            using var scope = NewDisposeScope();
            Tensor target = tensors[entry.Name];
            if (!target.shape.SequenceEqual(entry.Shape) || entry.Type != TypeOf(target))
            {
                throw new InvalidDataException(
                    $"The checkpoint '{path}' does not fit the run: {entry.Name} is {entry.Type} [{string.Join(", ", entry.Shape)}].");
            }

            byte[] data = new byte[target.numel() * target.element_size()];
            reader.ReadBytes(data);
            Tensor values = target.dtype == ScalarType.Int64
                ? tensor(MemoryMarshal.Cast<byte, long>(data).ToArray())
                : tensor(MemoryMarshal.Cast<byte, float>(data).ToArray());
            target.copy_(values.view(target.shape));
        }
    }

    private static SafetensorsType TypeOf(Tensor value) => value.dtype switch
    {
        ScalarType.Float32 => SafetensorsType.F32,
        ScalarType.Int64 => SafetensorsType.I64,
        _ => throw new NotSupportedException($"Checkpoints hold Float32 and Int64 tensors, not {value.dtype}."),
    };
}
