namespace Tef.Core.Tokenization;

/// <summary>What a piece of a SentencePiece model stands for.</summary>
public enum SentencePieceType
{
    /// <summary>Its text.</summary>
    Normal = 1,

    /// <summary>Characters that the model lacks.</summary>
    Unknown = 2,

    /// <summary>Something that is never found in text, such as its end.</summary>
    Control = 3,

    /// <summary>Its text, which is never cut.</summary>
    UserDefined = 4,

    /// <summary>Nothing: it is out of use.</summary>
    Unused = 5,

    /// <summary>One byte of a character that the model lacks.</summary>
    Byte = 6,
}
