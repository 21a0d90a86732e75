using Tef.Core.Tokenization.ByteLevel;
using Tef.Core.Tokenization.SentencePieceFormat;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Tokens of a SentencePiece model (Kudo and Richardson 2018) of the kind Unigram or BPE. Safe to use from many threads.
/// </summary>
public partial class SentencePieceTokenizer : Tokenizer
{
    private readonly SentencePieceModel _model;
    private readonly PieceSegmenter _segmenter;
    private readonly SentencePieceNormalizer _normalizer;

    internal SentencePieceTokenizer(
        SentencePieceModel model, bool addBeginningOfSentence, bool addEndOfSentence, IReadOnlyDictionary<string, int>? specialTokens)
    {
        _model = model;
        _segmenter = new PieceSegmenter(model, specialTokens);
        _normalizer = new SentencePieceNormalizer(model, _segmenter.Normalizer, specialTokens);
        AddBeginningOfSentence = addBeginningOfSentence;
        AddEndOfSentence = addEndOfSentence;
        SpecialTokens = specialTokens;
    }

    /// <summary>Reads a <c>.model</c> file.</summary>
    /// <param name="modelStream">Its content.</param>
    /// <param name="addBeginningOfSentence">Whether a text begins with the model's token for that.</param>
    /// <param name="addEndOfSentence">Whether a text ends with the model's token for that.</param>
    /// <param name="specialTokens">Further tokens that are found in text before it is normalized, and their ids.</param>
    public static SentencePieceTokenizer Create(
        Stream modelStream,
        bool addBeginningOfSentence = true,
        bool addEndOfSentence = false,
        IReadOnlyDictionary<string, int>? specialTokens = null)
    {
        ArgumentNullException.ThrowIfNull(modelStream);
        using var content = new MemoryStream();
        modelStream.CopyTo(content);
        string source = BpeFileReader.NameOf(modelStream, "The stream");
        SentencePieceModel model = SentencePieceModel.Read(content.GetBuffer().AsSpan(0, (int)content.Length), source);
        try
        {
            return new SentencePieceTokenizer(model, addBeginningOfSentence, addEndOfSentence, specialTokens);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{source} is not a SentencePiece model: {e.Message}", e);
        }
    }

    /// <summary>All pieces and their ids.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => _segmenter.Pieces.Ids.AsReadOnly();

    /// <summary>Further tokens that are found in text before it is normalized, and their ids.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <summary>Whether characters that the model lacks become their bytes.</summary>
    public bool ByteFallback => _model.ByteFallback;

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddDummyPrefix => _model.AddDummyPrefix;

    /// <summary>Whether spaces are written as U+2581.</summary>
    public bool EscapeWhiteSpaces => _model.EscapeWhiteSpaces;

    /// <summary>Whether spaces end a word instead of beginning it.</summary>
    public bool TreatWhitespaceAsSuffix => _model.TreatWhitespaceAsSuffix;

    /// <summary>Whether a text begins with <see cref="BeginningOfSentenceToken"/>.</summary>
    public bool AddBeginningOfSentence { get; }

    /// <summary>Whether a text ends with <see cref="EndOfSentenceToken"/>.</summary>
    public bool AddEndOfSentence { get; }

    /// <summary>The token before a text.</summary>
    public string BeginningOfSentenceToken => _model.BeginningPiece;

    /// <summary>The token after a text.</summary>
    public string EndOfSentenceToken => _model.EndPiece;

    /// <summary>The token for what the model lacks.</summary>
    public string UnknownToken => _model.UnknownPiece;

    /// <summary>The id of <see cref="BeginningOfSentenceToken"/>.</summary>
    public int BeginningOfSentenceId => Math.Max(0, _model.BeginningId);

    /// <summary>The id of <see cref="EndOfSentenceToken"/>.</summary>
    public int EndOfSentenceId => Math.Max(0, _model.EndId);

    /// <summary>The id of <see cref="UnknownToken"/>.</summary>
    public int UnknownId => _model.UnknownId;

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer => null;

    /// <inheritdoc/>
    public override Normalizer? Normalizer => _normalizer;
}
