namespace Tef.Core.Tokenization.Training;

/// <summary>Cuts text into the words that a tokenizer looks at one by one. Safe to use from many threads.</summary>
internal interface IWordSplitter
{
    /// <summary>Whether a part of a document may end after any line end between two characters that are not white space.</summary>
    bool MayCutLines { get; }

    /// <summary>Counts every word of a text.</summary>
    /// <param name="text">A document or a part of one.</param>
    /// <param name="begins">Whether the document begins here.</param>
    /// <param name="words">Counts them.</param>
    void AddWords(ReadOnlySpan<char> text, bool begins, WordCounter words);
}
