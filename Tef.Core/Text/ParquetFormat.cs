using System.Buffers.Binary;
using Parquet;
using Parquet.Schema;

namespace Tef.Core.Text;

/// <summary>A text on each row of a Parquet file; a row group is held at a time.</summary>
internal static class ParquetFormat
{
    /// <summary>The last byte of the footer's structure, its length, and the magic.</summary>
    private const int FooterEnd = 9;

    /// <summary>The first four bytes of a file, and its last.</summary>
    public static ReadOnlySpan<byte> Magic => "PAR1"u8;

    public static IEnumerable<TextDocument> Read(string file, DocumentReadOptions options)
    {
        if (file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            throw new InvalidDataException($"{file}: a Parquet file is compressed within itself and cannot be read through gzip. Unpack it.");
        using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
        RequireEnds(stream, file);
        ParquetReader reader = Wait(file, () => ParquetReader.CreateAsync(stream));
        try
        {
            // The schema is made when it is asked for.
            ParquetSchema schema = Wait(file, () => Task.FromResult(reader.Schema));
            DataField text = Column(schema, options.TextColumn, nameof(options.TextColumn), file);
            DataField? meta = options.MetaColumn is { } name ? Column(schema, name, nameof(options.MetaColumn), file) : null;
            for (int group = 0; group < reader.RowGroupCount; group++)
            {
                string?[] texts = ReadColumn(reader, group, text, file);
                string?[]? metas = meta is null ? null : ReadColumn(reader, group, meta, file);
                for (int row = 0; row < texts.Length; row++)
                {
                    if (!string.IsNullOrWhiteSpace(texts[row]))
                        yield return new TextDocument(texts[row]!, metas?[row], file);
                }
            }
        }
        finally
        {
            reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Checks what the library, which never ends on some footers, does not: that the footer lies in the file and is a whole structure.</summary>
    private static void RequireEnds(FileStream stream, string file)
    {
        Span<byte> magic = stackalloc byte[Magic.Length];
        if (stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) < magic.Length || !magic.SequenceEqual(Magic))
            throw new InvalidDataException($"{file}: not a Parquet file, it does not begin with 'PAR1'.");
        stream.Position = Math.Max(0, stream.Length - Magic.Length);
        stream.ReadExactly(magic);
        if (!magic.SequenceEqual(Magic) || stream.Length < 3 * Magic.Length)
            throw new InvalidDataException($"{file}: the Parquet file is cut short, it does not end with 'PAR1'.");

        // The footer: a Thrift structure, whose last byte is zero, its length in four bytes, and the magic.
        Span<byte> footer = stackalloc byte[FooterEnd];
        stream.Position = stream.Length - FooterEnd;
        stream.ReadExactly(footer);
        int length = BinaryPrimitives.ReadInt32LittleEndian(footer[1..]);
        if (footer[0] != 0 || length < 1 || length > stream.Length - FooterEnd + 1 - Magic.Length)
            throw new InvalidDataException($"{file}: the Parquet file is damaged: its footer of {length} bytes is no whole structure.");
        stream.Position = 0;
    }

    private static DataField Column(ParquetSchema schema, string name, string option, string file)
    {
        Field? field = schema.Fields.FirstOrDefault(field => field.Name == name);
        if (field is null)
        {
            throw new InvalidDataException(
                $"{file}: there is no column '{name}' ({option}), only {string.Join(", ", schema.Fields.Select(other => $"'{other.Name}'"))}.");
        }

        // A list of texts has the same type of elements.
        return field is DataField { MaxRepetitionLevel: 0 } data && data.ClrType == typeof(ReadOnlyMemory<char>)
            ? data
            : throw new InvalidDataException($"{file}: column '{name}' ({option}) must hold a text on each row, but is of type {Kind(field)}.");
    }

    private static string Kind(Field field) => field switch
    {
        DataField { MaxRepetitionLevel: > 0 } => "list",
        DataField data when data.ClrType == typeof(ReadOnlyMemory<byte>) => "bytes",
        DataField data => data.ClrType.Name,
        _ => field.SchemaType.ToString().ToLowerInvariant(),
    };

    private static string?[] ReadColumn(ParquetReader reader, int group, DataField field, string file) => Wait(file, async () =>
    {
        ParquetRowGroupReader rows = reader.RowGroups[group];
        long values = rows.GetMetadata(field)?.MetaData?.NumValues ?? -1;
        if (values != rows.RowCount || values > Array.MaxLength)
            throw new InvalidDataException($"row group {group + 1} has {rows.RowCount} rows, but {values} values of '{field.Name}'");
        string?[] texts = new string?[values];
        await rows.ReadAsync(field, texts.AsMemory()).ConfigureAwait(false);
        return texts;
    });

    /// <summary>Runs without the caller's context, for which the library's tasks could wait in vain.</summary>
    private static T Wait<T>(string file, Func<Task<T>> read)
    {
        try
        {
            return Task.Run(read).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is not UnauthorizedAccessException)
        {
            // The library meets damage with exceptions of all kinds, such as an index out of range.
            throw new InvalidDataException($"{file}: the Parquet file is damaged: {exception.Message}", exception);
        }
    }
}
