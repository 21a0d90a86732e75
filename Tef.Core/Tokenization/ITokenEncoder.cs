namespace Tef.Core.Tokenization;

/// <summary>What turns text into token ids, as far as reading and counting corpora needs to know. Safe to use from many threads.</summary>
public interface ITokenEncoder
{
    /// <summary>Number of ids, <c>V</c>.</summary>
    int VocabularySize { get; }

    /// <summary>The id that stands between documents.</summary>
    int EndOfTextId { get; }

    /// <summary>The id of text that the vocabulary cannot spell; null when it can spell any.</summary>
    int? UnknownId => null;

    /// <summary>Tells vocabularies apart: equal for those that give the same ids for every text.</summary>
    string Fingerprint { get; }

    /// <summary>Turns text into ids.</summary>
    IReadOnlyList<int> Encode(ReadOnlySpan<char> text);

    /// <summary>How an id is shown to people.</summary>
    /// <param name="id">An id of the vocabulary.</param>
    string Describe(int id);
}
