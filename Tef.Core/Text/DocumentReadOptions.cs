namespace Tef.Core.Text;

/// <summary>How to read a corpus.</summary>
public sealed record DocumentReadOptions
{
    /// <summary>How documents lie in the files; found out for each file by default.</summary>
    public DocumentFormat Format { get; init; } = DocumentFormat.Auto;

    /// <summary>What stands between documents in the format <see cref="DocumentFormat.Stories"/>.</summary>
    public string Separator { get; init; } = "<|endoftext|>";

    /// <summary>The member of a JSON document that has its text.</summary>
    public string BodyField { get; init; } = "body";

    /// <summary>The member of a JSON document that has what is known about it.</summary>
    public string MetaField { get; init; } = "meta";

    /// <summary>The column of a Parquet file that has the texts.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column of a Parquet file that has what is known about the documents; nothing is when null.</summary>
    public string? MetaColumn { get; init; }

    /// <summary>Replaces bytes that are not UTF-8 by U+FFFD; otherwise they are an error that names their position.
    /// Those of Parquet files are always replaced.</summary>
    public bool ReplaceInvalidBytes { get; init; }

    /// <summary>
    /// Bytes after which a longer text is cut into parts (<see cref="TextDocument.Continues"/>), at the end of a line or word where
    /// there is one. This bounds the memory that reading takes. JSON documents and rows of Parquet files are not cut.
    /// </summary>
    public int MaxPartBytes { get; init; } = 16 << 20;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Format))
            throw new ArgumentOutOfRangeException(nameof(Format), Format, $"Format must be a known format, but is {(int)Format}.");
        RequireText(Separator, nameof(Separator));
        RequireText(BodyField, nameof(BodyField));
        RequireText(MetaField, nameof(MetaField));
        if (BodyField == MetaField)
            throw new ArgumentException($"MetaField must be another than BodyField, but both are '{BodyField}'.", nameof(MetaField));
        RequireText(TextColumn, nameof(TextColumn));
        if (MetaColumn is not null)
            RequireText(MetaColumn, nameof(MetaColumn));
        if (MetaColumn == TextColumn)
            throw new ArgumentException($"MetaColumn must be another than TextColumn, but both are '{TextColumn}'.", nameof(MetaColumn));
        OptionGuard.Between(MaxPartBytes, 64, 1 << 30);
        if (System.Text.Encoding.UTF8.GetByteCount(Separator) >= MaxPartBytes)
            throw new ArgumentException($"Separator must be shorter than MaxPartBytes, {MaxPartBytes}.", nameof(Separator));
    }

    private static void RequireText(string value, string option)
    {
        if (string.IsNullOrWhiteSpace(value))
            throw new ArgumentException($"{option} must not be blank.", option);
    }
}
