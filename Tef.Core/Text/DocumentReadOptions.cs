namespace Tef.Core.Text;

/// <summary>How to read a corpus.</summary>
public sealed record DocumentReadOptions
{
    /// <summary>How documents lie in the files; found out for each file by default.</summary>
    public DocumentFormat Format { get; init; } = DocumentFormat.Auto;

    /// <summary>Replaces bytes that are not UTF-8 by U+FFFD; otherwise they are an error that names their position.</summary>
    public bool ReplaceInvalidBytes { get; init; }

    /// <summary>
    /// Bytes after which a longer plain file or story is cut into parts (<see cref="TextDocument.Continues"/>), at the end of a
    /// line or word where there is one. This bounds the memory that reading takes.
    /// </summary>
    public int MaxPartBytes { get; init; } = 16 << 20;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Format))
            throw new ArgumentOutOfRangeException(nameof(Format), Format, $"Format must be a known format, but is {(int)Format}.");
        OptionGuard.Between(MaxPartBytes, 64, 1 << 30);
    }
}
