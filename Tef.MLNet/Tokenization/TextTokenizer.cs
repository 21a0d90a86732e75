using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Tef.Core.Tokenization;
using Tef.MLNet.Tokenization;

namespace Tef.MLNet;

/// <summary>
/// A byte-level BPE or a SentencePiece model with what training and generation need to know about it: the end-of-text token, the
/// bytes behind each id and a fingerprint of the vocabulary. Safe to use from many threads at once.
/// </summary>
public sealed partial class TextTokenizer : ITokenEncoder
{
    /// <summary>The token that ends a document in GPT-2's vocabulary.</summary>
    public const string DefaultEndOfText = BpeTrainerOptions.EndOfText;

    private readonly BpeTokenizer? _bpe;
    private readonly PieceCodec? _pieces;
    private readonly BpeVocabulary? _vocabulary;
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

        _vocabulary = vocabulary;
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

    /// <summary>Wraps a SentencePiece model.</summary>
    /// <param name="model">Its pieces; those of the kinds control and user-defined are special.</param>
    /// <param name="endOfText">The special piece that stands between documents; the model's end of text when null.</param>
    /// <exception cref="ArgumentException">The model has no such special piece.</exception>
    public TextTokenizer(SentencePieceVocabulary model, string? endOfText = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        int id = model.EndId;
        if (endOfText is not null && !model.TryGetId(endOfText, out id))
            id = -1;
        if (id < 0 || model.Pieces[id].Type is not (SentencePieceType.Control or SentencePieceType.UserDefined))
        {
            throw new ArgumentException(
                $"The model has no special piece '{endOfText ?? "for the end of text"}' to stand between documents.", nameof(endOfText));
        }

        Model = model;
        EndOfText = model.Pieces[id].Text;
        EndOfTextId = id;
        _textBytes = [.. model.Pieces.Select(PieceCodec.BytesOf)];
        _pieces = new PieceCodec(model, EndOfText, id);
        using var file = new MemoryStream();
        model.Write(file);
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(file.ToArray()));
    }

    /// <summary>Tokens and merges of a byte-level BPE, to save as <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    /// <exception cref="InvalidOperationException">The tokenizer is a SentencePiece model.</exception>
    public BpeVocabulary Vocabulary => _vocabulary
        ?? throw new InvalidOperationException("A SentencePiece model has no merges: save it through TextTokenizer.Model.");

    /// <summary>The SentencePiece model, to save as a <c>.model</c> file; null for a byte-level BPE.</summary>
    public SentencePieceVocabulary? Model { get; }

    /// <summary>The tokenizer for everything that Microsoft.ML.Tokenizers offers.</summary>
    public Tokenizer Tokenizer => _pieces?.Tokenizer ?? _bpe!;

    /// <summary>Number of ids, <c>V</c>.</summary>
    public int VocabularySize => _textBytes.Length;

    /// <summary>The token that stands between documents.</summary>
    public string EndOfText { get; }

    /// <summary>The id of <see cref="EndOfText"/>.</summary>
    public int EndOfTextId { get; }

    /// <inheritdoc />
    public int? UnknownId => Model?.UnknownId;

    /// <summary>SHA-256 of tokens and merges, or of the model, in hexadecimal digits: equal for equal vocabularies.</summary>
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

    /// <summary>Reads a SentencePiece <c>.model</c> file.</summary>
    /// <param name="modelPath">The file.</param>
    /// <param name="endOfText">The special piece that stands between documents; the model's end of text when null.</param>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="ArgumentException">The model has no such special piece.</exception>
    public static TextTokenizer LoadModel(string modelPath, string? endOfText = null) =>
        new(SentencePieceVocabulary.Load(modelPath), endOfText);

    /// <summary>Turns text into ids. Special tokens in the text become their ids.</summary>
    public IReadOnlyList<int> Encode(ReadOnlySpan<char> text) => Tokenizer.EncodeToIds(text);

    /// <summary>Turns ids back into text, special tokens included. Bytes that are no UTF-8 become U+FFFD.</summary>
    public string Decode(IEnumerable<int> ids) =>
        _pieces?.Decode(ids) ?? _bpe!.Decode(ids, considerSpecialTokens: true);

    /// <summary>Turns ids back into text and leaves special tokens out. Bytes that are no UTF-8 become U+FFFD.</summary>
    public string DecodeText(IEnumerable<int> ids) =>
        _pieces?.DecodeText(ids, begins: true) ?? _bpe!.Decode(ids, considerSpecialTokens: false);

    /// <summary>
    /// Turns ids that continue a text back into text as <see cref="DecodeText"/> does, but keeps the space that a SentencePiece model
    /// would have put before a text.
    /// </summary>
    public string DecodeContinuation(IEnumerable<int> ids) => _pieces?.DecodeText(ids, begins: false) ?? DecodeText(ids);

    /// <summary>UTF-8 bytes of text that ids stand for; special and unknown tokens stand for none.</summary>
    /// <param name="ids">Ids of the vocabulary, from the beginning of a text on.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is outside the vocabulary.</exception>
    public long CountBytes(ReadOnlySpan<int> ids)
    {
        long bytes = ids.Length > 0 && _pieces?.TakesPrefix(ids[0]) == true ? -1 : 0;
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_textBytes.Length)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The vocabulary has the ids 0 to {_textBytes.Length - 1}.");
            bytes += _textBytes[id];
        }

        return bytes;
    }

    /// <inheritdoc />
    public string Describe(int id) => Model is null ? Decode([id]) : Model.Pieces[id].Text;

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
