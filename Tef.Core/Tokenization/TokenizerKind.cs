using System.Text.Json.Serialization;

namespace Tef.Core.Tokenization;

/// <summary>Kinds of vocabularies.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenizerKind>))]
public enum TokenizerKind
{
    /// <summary>Byte-level BPE as in GPT-2: any text comes back as it was.</summary>
    ByteLevelBpe,

    /// <summary>A SentencePiece model that cuts text into the most probable pieces.</summary>
    SentencePieceUnigram,

    /// <summary>A SentencePiece model that merges neighbours.</summary>
    SentencePieceBpe,
}
