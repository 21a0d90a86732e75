using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Tef.Core.Tokenization;

namespace Tef.MLNet;

/// <summary>
/// A byte-level BPE with what training and generation need to know about it: the end-of-text token, the bytes behind each id and
/// a fingerprint of the vocabulary. Safe to use from many threads at once.
/// </summary>
public sealed partial class TextTokenizer
{
    /// <summary>The token that ends a document in GPT-2's vocabulary.</summary>
    public const string DefaultEndOfText = BpeTrainerOptions.EndOfText;

    private readonly BpeTokenizer _bpe;
    private readonly int[] _textBytes;

    /// <summary>Wraps a vocabulary.</summary>
    /// <param name="vocabulary">Tokens and merges; tokens that no merge makes are special.</param>
    /// <param name="endOfText">The special token that stands between documents.</param>
    /// <exception cref="ArgumentException">The vocabulary has no such special token.</exception>
    public TextTokenizer(BpeVocabulary vocabulary, string endOfText = DefaultEndOfText)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (!vocabulary.SpecialTokens.Contains(endOfText))
        {
            throw new ArgumentException(
                $"The vocabulary has no special token '{endOfText}' to stand between documents. Its special tokens are: "
                + $"{(vocabulary.SpecialTokens.Count == 0 ? "none" : string.Join(", ", vocabulary.SpecialTokens))}.",
                nameof(endOfText));
        }

        Vocabulary = vocabulary;
        EndOfText = endOfText;
        EndOfTextId = IdOf(endOfText);
        var special = vocabulary.SpecialTokens.ToDictionary(token => token, IdOf, StringComparer.Ordinal);

        // Each character of an ordinary token spells one byte.
        _textBytes = [.. vocabulary.Tokens.Select(token => special.ContainsKey(token) ? 0 : token.Length)];
        _bpe = BpeTokenizer.Create(new BpeOptions(vocabulary.Tokens.Select((token, id) => KeyValuePair.Create(token, id)))
        {
            Merges = vocabulary.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            ByteLevel = true,
            SpecialTokens = special,
            PreTokenizer = new RegexPreTokenizer(Gpt2Words(), special),
        });
        Fingerprint = CreateFingerprint(vocabulary);
    }

    /// <summary>Tokens and merges, to save as <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    public BpeVocabulary Vocabulary { get; }

    /// <summary>The tokenizer for everything that Microsoft.ML.Tokenizers offers.</summary>
    public Tokenizer Tokenizer => _bpe;

    /// <summary>Number of ids, <c>V</c>.</summary>
    public int VocabularySize => _textBytes.Length;

    /// <summary>The token that stands between documents.</summary>
    public string EndOfText { get; }

    /// <summary>The id of <see cref="EndOfText"/>.</summary>
    public int EndOfTextId { get; }

    /// <summary>SHA-256 of tokens and merges in hexadecimal digits: equal for equal vocabularies.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads a vocabulary from files.</summary>
    /// <param name="vocabularyPath">A <c>vocab.json</c>.</param>
    /// <param name="mergesPath">The <c>merges.txt</c> that belongs to it.</param>
    /// <param name="endOfText">The special token that stands between documents.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or they do not belong together; the message has file and line.</exception>
    /// <exception cref="ArgumentException">The vocabulary has no such end-of-text token.</exception>
    public static TextTokenizer Load(string vocabularyPath, string mergesPath, string endOfText = DefaultEndOfText) =>
        new(BpeVocabulary.Load(vocabularyPath, mergesPath), endOfText);

    /// <summary>Turns text into ids. Special tokens in the text become their ids.</summary>
    public IReadOnlyList<int> Encode(ReadOnlySpan<char> text) => Tokenizer.EncodeToIds(text);

    /// <summary>Turns ids back into text, special tokens included. Bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IEnumerable<int> ids) => _bpe.Decode(ids, considerSpecialTokens: true);

    /// <summary>Turns ids back into text and leaves special tokens out. Bytes that are no UTF-8 become U+FFFD.</summary>
    public string DecodeText(IEnumerable<int> ids) => _bpe.Decode(ids, considerSpecialTokens: false);

    /// <summary>UTF-8 bytes of text that ids stand for; special tokens stand for none.</summary>
    /// <param name="ids">Ids of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public long CountBytes(ReadOnlySpan<int> ids)
    {
        long bytes = 0;
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_textBytes.Length)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The vocabulary has the ids 0 to {_textBytes.Length - 1}.");
            bytes += _textBytes[id];
        }

        return bytes;
    }

    private static string CreateFingerprint(BpeVocabulary vocabulary)
    {
        using var tokens = new MemoryStream();
        using var merges = new MemoryStream();
        vocabulary.Write(tokens, merges);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(tokens.GetBuffer().AsSpan(0, (int)tokens.Length));
        hash.AppendData(merges.GetBuffer().AsSpan(0, (int)merges.Length));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>How GPT-2 cuts text into words before merging (Radford et al., 2019).</summary>
    [GeneratedRegex(@"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Words();

    private int IdOf(string token) => Vocabulary.TryGetId(token, out int id)
        ? id
        : throw new ArgumentException($"The vocabulary has no token '{token}'.", nameof(token));
}
