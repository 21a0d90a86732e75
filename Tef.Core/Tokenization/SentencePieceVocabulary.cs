using System.Collections.Frozen;
using Tef.Core.IO;
using Tef.Core.Tokenization.SentencePieceFormat;
using Tef.Core.Tokenization.Training;

namespace Tef.Core.Tokenization;

/// <summary>
/// A SentencePiece model: its pieces and how it prepares text, as in the <c>.model</c> file that SentencePiece's tools and
/// <c>SentencePieceTokenizer</c> of Microsoft.ML.Tokenizers read. It is written as it was read. Immutable.
/// </summary>
public sealed class SentencePieceVocabulary
{
    /// <summary>The name that the file has in folders of the Hugging Face hub.</summary>
    public const string FileName = "tokenizer.model";

    private readonly byte[] _file;
    private readonly SentencePieceModel _model;
    private readonly FrozenDictionary<string, int> _ids;

    private SentencePieceVocabulary(byte[] file, string source)
    {
        _file = file;
        _model = SentencePieceModel.Read(file, source);
        Pieces = [.. _model.Pieces.Select(piece => new SentencePiece(piece.Text, piece.Score, (SentencePieceType)piece.Kind))];
        _ids = Pieces.Select((piece, id) => KeyValuePair.Create(piece.Text, id)).ToFrozenDictionary(StringComparer.Ordinal);
        if (_model.Kind is not (SentencePieceModel.ModelKind.Unigram or SentencePieceModel.ModelKind.Bpe))
            throw new InvalidDataException($"{source} is a SentencePiece model of the kind {_model.Kind}, expected Unigram or Bpe.");
    }

    /// <summary>Pieces by id.</summary>
    public IReadOnlyList<SentencePiece> Pieces { get; }

    /// <summary>How text is cut into pieces.</summary>
    public SentencePieceKind Kind => (SentencePieceKind)_model.Kind;

    /// <summary>Whether characters without a piece become the pieces of their bytes.</summary>
    public bool ByteFallback => _model.ByteFallback;

    /// <summary>Whether a space is put before, or with models that say so after, a text.</summary>
    public bool AddDummyPrefix => _model.AddDummyPrefix;

    /// <summary>The piece for characters that the model lacks.</summary>
    public int UnknownId => _model.UnknownId;

    /// <summary>The piece for the beginning of a text; negative when there is none.</summary>
    public int BeginId => _model.BeginningId;

    /// <summary>The piece for the end of a text; negative when there is none.</summary>
    public int EndId => _model.EndId;

    internal SentencePieceModel Format => _model;

    internal string RulesName => _model.NormalizerName;

    internal byte[] CompiledRules => _model.CharsMap;

    /// <summary>The id of a piece.</summary>
    /// <param name="piece">Its text.</param>
    /// <param name="id">The id.</param>
    /// <returns>Whether there is such a piece.</returns>
    public bool TryGetId(string piece, out int id) => _ids.TryGetValue(piece, out id);

    /// <summary>Reads a <c>.model</c> file.</summary>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="InvalidDataException">It is no model of the kinds Unigram or BPE; the message names it.</exception>
    public static SentencePieceVocabulary Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return File.Exists(path)
            ? new SentencePieceVocabulary(File.ReadAllBytes(path), path)
            : throw new FileNotFoundException($"There is no SentencePiece model '{path}'.", path);
    }

    /// <summary>Reads the content of a <c>.model</c> file.</summary>
    /// <exception cref="InvalidDataException">It is no model of the kinds Unigram or BPE.</exception>
    public static SentencePieceVocabulary Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return new SentencePieceVocabulary(content.ToArray(), stream is FileStream file ? file.Name : "The stream");
    }

    /// <summary>Writes a <c>.model</c> file; it appears whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, Write);

    /// <summary>Writes the content of a <c>.model</c> file.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(_file);
    }

    // The fields of SentencePiece's published schema whose values differ from the defaults there.
    internal static SentencePieceVocabulary Create(SentencePieceTrainerOptions options, IReadOnlyList<SentencePiece> pieces)
    {
        var model = new ProtobufWriter();
        foreach (SentencePiece piece in pieces)
        {
            var message = new ProtobufWriter();
            message.Write(1, piece.Text);
            message.Write(2, piece.Score);
            if (piece.Type != SentencePieceType.Normal)
                message.Write(3, (int)piece.Type);
            model.Write(1, message);
        }

        var training = new ProtobufWriter();
        training.Write(3, (int)options.Kind);
        training.Write(4, pieces.Count);
        training.Write(10, (float)options.CharacterCoverage);
        training.Write(20, options.MaxPieceLength);
        training.Write(25, options.SplitDigits);
        foreach (string token in options.ControlTokens)
            training.Write(30, token);
        foreach (string token in options.UserDefinedTokens)
            training.Write(31, token);
        training.Write(35, options.ByteFallback);
        training.Write(45, options.UnknownToken);
        training.Write(46, options.BeginToken);
        training.Write(47, options.EndToken);
        model.Write(2, training);

        var normalization = new ProtobufWriter();
        normalization.Write(1, options.Rules?.Name ?? "identity");
        if (options.Rules is { } rules)
            normalization.Write(2, rules.Compiled);
        normalization.Write(3, options.AddDummyPrefix);
        normalization.Write(4, options.RemoveExtraWhiteSpaces);
        normalization.Write(5, true);
        model.Write(3, normalization);
        return new SentencePieceVocabulary(model.Written.ToArray(), "The trained model");
    }
}
