namespace Microsoft.ML.Tokenizers;

/// <summary>A token of a text.</summary>
public readonly struct EncodedToken : IEquatable<EncodedToken>
{
    /// <param name="id">The id of the token.</param>
    /// <param name="value">The token as the vocabulary spells it.</param>
    /// <param name="offset">The characters that it covers.</param>
    public EncodedToken(int id, string value, Range offset)
    {
        Id = id;
        Value = value;
        Offset = offset;
    }

    /// <summary>The id of the token.</summary>
    public int Id { get; }

    /// <summary>The token as the vocabulary spells it.</summary>
    public string Value { get; }

    /// <summary>The characters of the (normalized) text that the token covers.</summary>
    public Range Offset { get; }

    /// <summary>Whether two tokens have the same id, value and offset.</summary>
    public bool Equals(EncodedToken other) => Id == other.Id && Value == other.Value && Offset.Equals(other.Offset);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is EncodedToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Value, Offset);
}
