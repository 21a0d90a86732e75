using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tef.Tests.Core.HuggingFace;

/// <summary>A tensor to pickle.</summary>
internal sealed record PickledTensor(string Name, long[] Shape, long[] Strides, string Storage, string Key, long Offset, long Count, byte[] Bytes)
{
    public static PickledTensor Floats(string name, long[] shape, float[] values, string key)
    {
        long[] strides = new long[shape.Length];
        long step = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = step;
            step *= shape[axis];
        }

        byte[] bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return new PickledTensor(name, shape, strides, "FloatStorage", key, 0, values.Length, bytes);
    }
}

/// <summary>Writes weights in the two ways of <c>torch.save</c>, from the published description of pickle's instructions.</summary>
internal static class PickleWriter
{
    /// <summary>The zip of PyTorch 1.6 and later.</summary>
    public static byte[] Zip(IReadOnlyList<PickledTensor> tensors, CompressionLevel compression = CompressionLevel.NoCompression)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "archive/data.pkl", Weights(tensors, old: false), compression);
            Add(archive, "archive/byteorder", "little"u8.ToArray(), compression);
            foreach (PickledTensor tensor in tensors.DistinctBy(tensor => tensor.Key))
                Add(archive, $"archive/data/{tensor.Key}", tensor.Bytes, compression);
            Add(archive, "archive/version", "3\n"u8.ToArray(), compression);
        }

        return stream.ToArray();
    }

    /// <summary>A zip with a pickle of one's own.</summary>
    public static byte[] Zip(byte[] pickle)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            Add(archive, "archive/data.pkl", pickle, CompressionLevel.NoCompression);
        return stream.ToArray();
    }

    /// <summary>The format before PyTorch 1.6.</summary>
    public static byte[] Flat(IReadOnlyList<PickledTensor> tensors)
    {
        using var stream = new MemoryStream();
        stream.Write([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.']);
        stream.Write([0x80, 2, (byte)'M', 0xe9, 3, (byte)'.']);
        var system = new MemoryStream();
        system.Write([0x80, 2, (byte)'}', (byte)'(']);
        Text(system, "little_endian");
        system.Write([0x88]);
        Text(system, "protocol_version");
        system.Write([(byte)'M', 0xe9, 3, (byte)'u', (byte)'.']);
        system.WriteTo(stream);
        stream.Write(Weights(tensors, old: true));
        stream.Write([0x80, 2, (byte)']', (byte)'(']);
        PickledTensor[] storages = [.. tensors.DistinctBy(tensor => tensor.Key)];
        foreach (PickledTensor tensor in storages)
            Text(stream, tensor.Key);
        stream.Write([(byte)'e', (byte)'.']);
        byte[] count = new byte[8];
        foreach (PickledTensor tensor in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(count, tensor.Count);
            stream.Write(count);
            stream.Write(tensor.Bytes);
        }

        return stream.ToArray();
    }

    /// <summary>An OrderedDict of tensors with the state that modules attach to it.</summary>
    public static byte[] Weights(IReadOnlyList<PickledTensor> tensors, bool old)
    {
        using var stream = new MemoryStream();
        stream.Write([0x80, 2]);
        Global(stream, "collections", "OrderedDict");
        stream.Write([(byte)'q', 0, (byte)')', (byte)'R', (byte)'q', 1, (byte)'(']);
        foreach (PickledTensor tensor in tensors)
        {
            Text(stream, tensor.Name);
            Global(stream, "torch._utils", "_rebuild_tensor_v2");
            stream.Write([(byte)'(', (byte)'(']);
            Text(stream, "storage");
            Global(stream, "torch", tensor.Storage);
            Text(stream, tensor.Key);
            Text(stream, "cpu");
            Int(stream, tensor.Count);
            if (old)
                stream.Write([(byte)'N']);
            stream.Write([(byte)'t', (byte)'Q']);
            Int(stream, tensor.Offset);
            Tuple(stream, tensor.Shape);
            Tuple(stream, tensor.Strides);
            stream.Write([0x89]);
            Global(stream, "collections", "OrderedDict");
            stream.Write([(byte)')', (byte)'R', (byte)'t', (byte)'R']);
        }

        stream.Write([(byte)'u', (byte)'}']);
        Text(stream, "_metadata");
        stream.Write([(byte)'h', 0, (byte)')', (byte)'R', (byte)'s', (byte)'b', (byte)'.']);
        return stream.ToArray();
    }

    public static void Global(Stream stream, string module, string name) => stream.Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    public static void Text(Stream stream, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        stream.Write([(byte)'X', .. BitConverter.GetBytes(bytes.Length), .. bytes]);
    }

    private static void Int(Stream stream, long value)
    {
        if (value < 256)
            stream.Write([(byte)'K', (byte)value]);
        else if (value < 65536)
            stream.Write([(byte)'M', .. BitConverter.GetBytes((ushort)value)]);
        else
            stream.Write([(byte)'J', .. BitConverter.GetBytes((int)value)]);
    }

    private static void Tuple(Stream stream, long[] values)
    {
        stream.Write([(byte)'(']);
        foreach (long value in values)
            Int(stream, value);
        stream.Write([(byte)'t']);
    }

    private static void Add(ZipArchive archive, string name, byte[] bytes, CompressionLevel compression)
    {
        using Stream entry = archive.CreateEntry(name, compression).Open();
        entry.Write(bytes);
    }
}
