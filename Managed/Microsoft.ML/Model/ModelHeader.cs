namespace Microsoft.ML;

/// <summary>
/// The frame around what a component writes into its entry <c>Model.key</c>, little-endian:
/// <code>
/// 0x00 ulong  "ML\0MODEL"            0x40 ulong  signature of the component
/// 0x08 uint   version of the frame   0x48 uint   version of the component
/// 0x0C uint   oldest that can read   0x4C uint   oldest that can read
/// 0x10 long   start, size of model   0x50 24 bytes  name of the loader
/// 0x20 long   start, size of string  0x68 24 bytes  another name
///             ends (longs)           0x80 long   start of the tail, end of all
/// 0x30 long   start, size of         0x90 long   start of the loader's assembly name (UTF-16)
///             strings (UTF-16)       0x98 uint   its size
/// 0x100 model, string ends, strings, assembly name, tail: "LEDOM\0LM"
/// </code>
/// Positions count from the first byte of the frame.
/// </summary>
internal struct ModelHeader
{
    public const int Size = 0x100;
    public const int LoaderLength = 24;
    private const ulong Magic = 0x4C45444F4D004C4D;
    private const ulong TailMagic = 0x4D4C004D4F44454C;
    private const uint Version = 0x00010002;
    private const uint OldestReadable = 0x00010001;

    public ulong ModelSignature;
    public uint ModelVerWritten;
    public uint ModelVerReadable;
    public string LoaderSignature;
    public string LoaderSignatureAlt;
    public string LoaderAssemblyName;
    public long ModelSize;
    public string[] Strings;

    /// <summary>Writes what follows the model, then the header into the room left for it at the start of the stream.</summary>
    public readonly void Write(BinaryWriter writer)
    {
        writer.Flush();
        long modelEnd = writer.BaseStream.Position;
        long end = 0;
        foreach (string text in Strings)
            writer.Write(end += text.Length * sizeof(char));
        long charsStart = modelEnd + Strings.Length * sizeof(long);
        foreach (string text in Strings)
            WriteChars(writer, text);
        long assemblyStart = charsStart + end;
        WriteChars(writer, LoaderAssemblyName);
        long tail = assemblyStart + LoaderAssemblyName.Length * sizeof(char);
        writer.Write(TailMagic);

        writer.Seek(0, SeekOrigin.Begin);
        bool hasStrings = Strings.Length > 0;
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Version);
        writer.Write((long)Size);
        writer.Write(modelEnd - Size);
        writer.Write(hasStrings ? modelEnd : 0);
        writer.Write(Strings.Length * (long)sizeof(long));
        writer.Write(hasStrings ? charsStart : 0);
        writer.Write(end);
        writer.Write(ModelSignature);
        writer.Write(ModelVerWritten);
        writer.Write(ModelVerReadable);
        WriteLoader(writer, LoaderSignature);
        WriteLoader(writer, LoaderSignatureAlt);
        writer.Write(tail);
        writer.Write(tail + sizeof(ulong));
        writer.Write(LoaderAssemblyName.Length > 0 ? assemblyStart : 0);
        writer.Write((uint)LoaderAssemblyName.Length * sizeof(char));
        writer.Flush();
    }

    /// <summary>Reads the frame and leaves the reader at the model.</summary>
    /// <param name="reader">At the start of a stream that holds one frame.</param>
    /// <param name="entry">Names the stream in errors.</param>
    public static ModelHeader Read(BinaryReader reader, string entry)
    {
        long length = reader.BaseStream.Length;
        if (length < Size)
            throw Corrupt(entry, $"it has {length} bytes, fewer than its header of {Size}");
        if (reader.ReadUInt64() != Magic)
            throw Corrupt(entry, "it does not start like a component of a model");
        uint written = reader.ReadUInt32();
        uint readable = reader.ReadUInt32();
        if (readable > Version || written < OldestReadable)
        {
            throw new FormatException(
                $"Entry '{entry}' of the model file is written in version {written:x} of the format; "
                + $"versions {OldestReadable:x} to {Version:x} can be read.");
        }

        ModelHeader header = default;
        long model = reader.ReadInt64();
        header.ModelSize = reader.ReadInt64();
        (long endsStart, long endsSize) = (reader.ReadInt64(), reader.ReadInt64());
        (long charsStart, long charsSize) = (reader.ReadInt64(), reader.ReadInt64());
        header.ModelSignature = reader.ReadUInt64();
        header.ModelVerWritten = reader.ReadUInt32();
        header.ModelVerReadable = reader.ReadUInt32();
        header.LoaderSignature = ReadLoader(reader);
        header.LoaderSignatureAlt = ReadLoader(reader);
        (long tail, long end) = (reader.ReadInt64(), reader.ReadInt64());
        (long assemblyStart, long assemblySize) = (reader.ReadInt64(), reader.ReadUInt32());
        bool hasAssembly = written > OldestReadable && assemblyStart != 0;
        bool inside = model == Size
            && Within(model, header.ModelSize, length)
            && Within(endsStart, endsSize, length)
            && endsSize % sizeof(long) == 0
            && Within(charsStart, charsSize, length)
            && (!hasAssembly || Within(assemblyStart, assemblySize, length))
            && tail == end - sizeof(ulong)
            && Within(tail, sizeof(ulong), length);
        if (!inside)
            throw Corrupt(entry, "its header points outside of it");

        reader.BaseStream.Position = tail;
        if (reader.ReadUInt64() != TailMagic)
            throw Corrupt(entry, "it does not end like a component of a model");
        header.Strings = ReadStrings(reader, entry, endsStart, endsSize, charsStart, charsSize);
        header.LoaderAssemblyName = hasAssembly ? ReadChars(reader, assemblyStart, assemblySize) : string.Empty;
        reader.BaseStream.Position = Size;
        return header;
    }

    private static string[] ReadStrings(BinaryReader reader, string entry, long endsStart, long endsSize, long charsStart, long charsSize)
    {
        reader.BaseStream.Position = endsStart;
        long[] ends = new long[endsSize / sizeof(long)];
        for (int i = 0; i < ends.Length; i++)
        {
            ends[i] = reader.ReadInt64();
            if (ends[i] < (i == 0 ? 0 : ends[i - 1]) || ends[i] > charsSize)
                throw Corrupt(entry, $"its string {i} ends at {ends[i]} of {charsSize}");
        }

        return [.. ends.Select((end, i) => ReadChars(reader, charsStart + (i == 0 ? 0 : ends[i - 1]), end - (i == 0 ? 0 : ends[i - 1])))];
    }

    private static string ReadChars(BinaryReader reader, long start, long size)
    {
        reader.BaseStream.Position = start;
        return System.Text.Encoding.Unicode.GetString(reader.ReadBytes((int)size));
    }

    private static void WriteChars(BinaryWriter writer, string text) => writer.Write(System.Text.Encoding.Unicode.GetBytes(text));

    private static void WriteLoader(BinaryWriter writer, string loader)
    {
        byte[] bytes = new byte[LoaderLength];
        System.Text.Encoding.Latin1.GetBytes(loader, bytes);
        writer.Write(bytes);
    }

    private static string ReadLoader(BinaryReader reader) =>
        System.Text.Encoding.Latin1.GetString(reader.ReadBytes(LoaderLength)).TrimEnd('\0');

    private static bool Within(long start, long size, long length) => start >= 0 && size >= 0 && start <= length - size;

    private static FormatException Corrupt(string entry, string why) => new($"Entry '{entry}' of the model file is damaged: {why}.");
}
