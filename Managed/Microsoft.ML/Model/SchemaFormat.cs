using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Model;

/// <summary>
/// The columns of a schema as the entry <c>Schema</c> of a model file: a table in the binary format of the original library
/// that has no rows. Little-endian; a LEB128 number precedes each string and parameter block with its size in bytes.
/// <code>
/// 0x00 ulong "CML\0DVB\0"   0x08 ulong version     0x10 ulong oldest that can read
/// 0x18 long start of the columns   0x20 long start of the tail   0x28 long rows   0x30 int columns
/// 0x100 per column: string name, type, byte compression, LEB128 rows per block, long block table, long annotations
/// tail: ulong "\0BVD\0LMC"
/// type: string name, LEB128 size, parameters: none; for VBuffer type, int count, int dimensions; for Key2 type, ulong count
/// </code>
/// Annotations are not kept, and neither are columns of types that components bring along.
/// </summary>
internal static class SchemaFormat
{
    private const int HeaderSize = 0x100;
    private const ulong Magic = 0x00425644004C4D43;
    private const ulong TailMagic = 0x434D4C0044564200;
    private const ulong Version = 0x0001000100010006;
    private const string VectorName = "VBuffer";
    private const string KeyName = "Key2";

    private static readonly Dictionary<string, PrimitiveDataViewType> SimpleTypes = PrimitiveTypes.All.ToDictionary(SimpleName);

    public static void Write(BinaryWriter writer, DataViewSchema schema)
    {
        writer.Write(new byte[HeaderSize]);
        int count = 0;
        foreach (DataViewSchema.Column column in schema.Where(column => CanWrite(column.Type)))
        {
            writer.Write(column.Name);
            WriteType(writer, column.Type);
            writer.Write((byte)0);
            writer.Write7BitEncodedInt64(1);
            writer.Write((long)HeaderSize);
            writer.Write(0L);
            count++;
        }

        writer.Flush();
        long tail = writer.BaseStream.Position;
        writer.Write(TailMagic);
        writer.Seek(0, SeekOrigin.Begin);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Version);
        writer.Write((long)HeaderSize);
        writer.Write(tail);
        writer.Write(0L);
        writer.Write(count);
        writer.Flush();
    }

    public static DataViewSchema Read(BinaryReader reader)
    {
        if (reader.ReadUInt64() != Magic)
            throw new FormatException("it does not start like a table");
        ulong version = reader.ReadUInt64();
        if (reader.ReadUInt64() > Version)
            throw new FormatException($"it is written in version {version:x16}; versions to {Version:x16} can be read");
        long columns = reader.ReadInt64();
        reader.ReadInt64();
        reader.ReadInt64();
        int count = reader.ReadInt32();
        reader.BaseStream.Position = columns;
        DataViewSchema.Builder builder = new();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            builder.AddColumn(name, ReadType(reader, name));
            reader.ReadByte();
            reader.Read7BitEncodedInt64();
            reader.ReadInt64();
            reader.ReadInt64();
        }

        return builder.ToSchema();
    }

    private static bool CanWrite(DataViewType type) =>
        PrimitiveTypes.ItemTypeOf(type) is KeyDataViewType || PrimitiveTypes.All.Contains(PrimitiveTypes.ItemTypeOf(type));

    private static void WriteType(BinaryWriter writer, DataViewType type)
    {
        using MemoryStream parameters = new();
        using (BinaryWriter inner = new(parameters, Encoding.UTF8, leaveOpen: true))
        {
            if (type is VectorDataViewType vector)
            {
                WriteType(inner, vector.ItemType);
                inner.Write(vector.Dimensions.Length);
                foreach (int dimension in vector.Dimensions)
                    inner.Write(dimension);
            }
            else if (type is KeyDataViewType key)
            {
                PrimitiveTypes.TryGet(key.RawType, out PrimitiveDataViewType? number);
                WriteType(inner, number!);
                inner.Write(key.Count);
            }
        }

        writer.Write(type switch
        {
            VectorDataViewType => VectorName,
            KeyDataViewType => KeyName,
            _ => SimpleName((PrimitiveDataViewType)type),
        });
        writer.Write7BitEncodedInt64(parameters.Length);
        writer.Write(parameters.ToArray());
    }

    private static DataViewType ReadType(BinaryReader reader, string column)
    {
        string name = reader.ReadString();
        reader.Read7BitEncodedInt64();
        if (name == VectorName)
        {
            PrimitiveDataViewType itemType = ReadType(reader, column) as PrimitiveDataViewType
                ?? throw new FormatException($"the vectors of its column '{column}' have vectors as items");
            int rank = reader.ReadInt32();
            return new VectorDataViewType(itemType, Enumerable.Range(0, rank).Select(_ => reader.ReadInt32()).ToArray());
        }

        if (name == KeyName)
            return new KeyDataViewType(ReadType(reader, column).RawType, reader.ReadUInt64());
        return SimpleTypes.TryGetValue(name, out PrimitiveDataViewType? type)
            ? type
            : throw new FormatException($"the type '{name}' of its column '{column}' is not known");
    }

    private static string SimpleName(PrimitiveDataViewType type) => type is TextDataViewType ? "TextSpan" : type.RawType.Name;
}
