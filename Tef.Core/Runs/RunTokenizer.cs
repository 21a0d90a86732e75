using System.Security.Cryptography;
using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.HuggingFace;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using Tef.Core.Text;
using Tef.Core.Tokenization;

namespace Tef.Core.Runs;

/// <summary>
/// The tokenizer of a run, a byte-level BPE or a SentencePiece model, with the token that stands between documents. Safe to use from
/// many threads.
/// </summary>
public sealed class RunTokenizer : ITokenEncoder
{
    private readonly BpeEncoder? _bpe;
    private readonly SentencePieceEncoder? _pieces;
    private readonly HashSet<int> _special = [];

    /// <summary>Wraps a byte-level BPE.</summary>
    /// <param name="vocabulary">Tokens and merges.</param>
    /// <param name="endOfText">The special token that stands between documents.</param>
    /// <exception cref="ArgumentException">The vocabulary has no such token.</exception>
    public RunTokenizer(BpeVocabulary vocabulary, string endOfText = BpeTrainerOptions.EndOfText)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (!vocabulary.TryGetId(endOfText, out int id))
        {
            throw new ArgumentException(
                $"The vocabulary has no token '{endOfText}' to stand between documents (tokenizer.endOfText). Its special tokens are: "
                + $"{(vocabulary.SpecialTokens.Count == 0 ? "none" : string.Join(", ", vocabulary.SpecialTokens))}.",
                nameof(endOfText));
        }

        Vocabulary = vocabulary;
        EndOfText = endOfText;
        EndOfTextId = id;
        Files = FilesOf(vocabulary);
        Fingerprint = FingerprintOf(Files);
        _bpe = new BpeEncoder(vocabulary);
        foreach (string token in vocabulary.SpecialTokens)
        {
            if (vocabulary.TryGetId(token, out int special))
                _special.Add(special);
        }
    }

    /// <summary>Wraps a SentencePiece model.</summary>
    /// <param name="model">Its pieces; those of the kinds control and user-defined are special.</param>
    /// <param name="endOfText">
    /// The special piece that stands between documents; the model's own for the end of a text when null, or when it is the default
    /// one and the model lacks it.
    /// </param>
    /// <exception cref="ArgumentException">The model has no such piece.</exception>
    public RunTokenizer(SentencePieceVocabulary model, string? endOfText = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        int id = model.EndId;
        if (endOfText is not null && !model.TryGetId(endOfText, out id))
            id = endOfText == BpeTrainerOptions.EndOfText ? model.EndId : -1;
        if (id < 0 || model.Pieces[id].Type is not (SentencePieceType.Control or SentencePieceType.UserDefined))
        {
            string[] special = [.. model.Pieces
                .Where(piece => piece.Type is SentencePieceType.Control or SentencePieceType.UserDefined).Select(piece => piece.Text)];
            throw new ArgumentException(
                $"The model has no piece '{endOfText ?? "for the end of text"}' to stand between documents (tokenizer.endOfText). Its "
                + $"special pieces are: {(special.Length == 0 ? "none" : string.Join(", ", special))}.",
                nameof(endOfText));
        }

        Model = model;
        EndOfText = model.Pieces[id].Text;
        EndOfTextId = id;
        using var file = new MemoryStream();
        model.Write(file);
        Files = new Dictionary<string, byte[]> { [SentencePieceVocabulary.FileName] = file.ToArray() };
        Fingerprint = FingerprintOf(Files);
        _pieces = new SentencePieceEncoder(model, EndOfText);
    }

    /// <summary>Tokens and merges of a byte-level BPE; null for a SentencePiece model.</summary>
    public BpeVocabulary? Vocabulary { get; }

    /// <summary>The SentencePiece model; null for a byte-level BPE.</summary>
    public SentencePieceVocabulary? Model { get; }

    /// <summary>What vocabulary it is.</summary>
    public TokenizerKind Kind => Model?.Kind switch
    {
        SentencePieceKind.Unigram => TokenizerKind.SentencePieceUnigram,
        SentencePieceKind.Bpe => TokenizerKind.SentencePieceBpe,
        _ => TokenizerKind.ByteLevelBpe,
    };

    /// <summary>Number of ids, <c>V</c>.</summary>
    public int VocabularySize => Vocabulary?.Tokens.Count ?? Model!.Pieces.Count;

    /// <summary>The token that stands between documents.</summary>
    public string EndOfText { get; }

    /// <summary>The id of <see cref="EndOfText"/>.</summary>
    public int EndOfTextId { get; }

    /// <inheritdoc />
    public int? UnknownId => Model?.UnknownId;

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <summary>
    /// Its files by name and content: <c>vocab.json</c> and <c>merges.txt</c>, or <c>tokenizer.model</c>; <see cref="Read"/> makes the
    /// tokenizer of them again.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]> Files { get; }

    /// <summary>Reads a tokenizer from a folder or file.</summary>
    /// <param name="path">
    /// A folder with <c>vocab.json</c> and <c>merges.txt</c> or with a SentencePiece <c>.model</c>, or that file itself.
    /// </param>
    /// <param name="endOfText">
    /// The special token that stands between documents; of a SentencePiece model that lacks the default one, its own.
    /// </param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged; the message has file and line.</exception>
    /// <exception cref="ArgumentException">The vocabulary has no such end-of-text token.</exception>
    public static RunTokenizer Load(string path, string endOfText = BpeTrainerOptions.EndOfText)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return FindModel(path) is { } model
            ? new RunTokenizer(SentencePieceVocabulary.Load(model), endOfText)
            : new RunTokenizer(HubFolder.LoadVocabulary(path), endOfText);
    }

    /// <summary>Makes a tokenizer of its files.</summary>
    /// <param name="files">What <see cref="Files"/> was.</param>
    /// <param name="endOfText">The special token that stands between documents.</param>
    /// <exception cref="InvalidDataException">A file is missing or damaged.</exception>
    /// <exception cref="ArgumentException">The vocabulary has no such end-of-text token.</exception>
    public static RunTokenizer Read(IReadOnlyDictionary<string, byte[]> files, string endOfText = BpeTrainerOptions.EndOfText)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (files.TryGetValue(SentencePieceVocabulary.FileName, out byte[]? model))
            return new RunTokenizer(SentencePieceVocabulary.Read(new MemoryStream(model)), endOfText);
        if (files.TryGetValue(BpeVocabulary.VocabularyFileName, out byte[]? tokens)
            && files.TryGetValue(BpeVocabulary.MergesFileName, out byte[]? merges))
        {
            return new RunTokenizer(BpeVocabulary.Read(new MemoryStream(tokens), new MemoryStream(merges)), endOfText);
        }

        throw new InvalidDataException(
            $"There is no tokenizer among {(files.Count == 0 ? "no files" : string.Join(", ", files.Keys))}: it is {BpeVocabulary.VocabularyFileName} "
            + $"with {BpeVocabulary.MergesFileName}, or {SentencePieceVocabulary.FileName}.");
    }

    /// <summary>Trains a tokenizer on documents.</summary>
    /// <param name="documents">The text; read once.</param>
    /// <param name="settings">Kind, size and the token between documents.</param>
    /// <param name="meta">Whose texts and special tokens are learned too, if they are used; none when null.</param>
    /// <param name="threads">Threads that count words; all processors when zero.</param>
    /// <param name="progress">Is told from time to time.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">There is no text, or its characters are more than the vocabulary.</exception>
    public static RunTokenizer Train(
        IEnumerable<TextDocument> documents,
        TokenizerSettings settings,
        MetaOptions? meta = null,
        int threads = 0,
        IProgress<TokenizerTrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(settings);
        string[] special = meta is { Use: true } ? [.. settings.SpecialTokens, meta.Begin, meta.End] : [.. settings.SpecialTokens];
        IEnumerable<string> texts = documents.SelectMany<TextDocument, string>(
            document => meta is { Use: true } && document.Meta is { } known ? [known, document.Text] : [document.Text]);
        if (settings.Kind != TokenizerKind.ByteLevelBpe)
        {
            var pieces = new SentencePieceTrainer(settings.CreateSentencePieceOptions(special, threads));
            return new RunTokenizer(pieces.Train(texts, progress, cancellation), settings.EndOfText);
        }

        var trainer = new BpeTrainer(new BpeTrainerOptions
        {
            VocabularySize = settings.VocabularySize,
            MinFrequency = settings.MinFrequency,
            SpecialTokens = [settings.EndOfText, .. special.Distinct().Where(token => token != settings.EndOfText)],
            Threads = threads,
        });
        return new RunTokenizer(trainer.Train(texts, progress, cancellation), settings.EndOfText);
    }

    /// <summary>Turns text into ids. Special tokens in the text become their ids.</summary>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        var ids = new List<int>();
        if (_bpe is not null)
            _bpe.Encode(text, ids);
        else
            _pieces!.Encode(text, ids);
        return [.. ids];
    }

    /// <summary>Turns ids into text.</summary>
    /// <param name="ids">Ids of the vocabulary.</param>
    /// <param name="special">Whether special tokens are written too.</param>
    /// <param name="begins">
    /// Whether the ids begin a text: a SentencePiece model puts a space before it, which is taken away again. Ids that continue a text
    /// keep the space of their first word.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool special = false, bool begins = true) => _bpe is not null
        ? _bpe.Decode([.. special ? ids : ids.Where(id => !_special.Contains(id))])
        : _pieces!.Decode(ids, special, begins);

    /// <summary>How an id is shown to people.</summary>
    /// <param name="id">An id of the vocabulary.</param>
    public string Describe(int id) => Decode([id], special: true, begins: false);

    IReadOnlyList<int> ITokenEncoder.Encode(ReadOnlySpan<char> text) => Encode(text);

    /// <summary>Writes its files.</summary>
    /// <param name="folder">The folder; made if need be.</param>
    public void Save(string folder)
    {
        foreach ((string name, byte[] content) in Files)
            IO.AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
    }

    /// <summary>Writes a model of its tokens, and itself, as a folder of the Hugging Face hub.</summary>
    /// <inheritdoc cref="HubFolder.Save(string, ILanguageModel, BpeVocabulary, string, SafetensorsType, bool)" path="/exception"/>
    /// <param name="folder">The folder; made if need be, files of the same names are replaced.</param>
    /// <param name="model">A GPT-2.</param>
    /// <param name="type">The type of the weights: F32, BF16 or F16.</param>
    /// <param name="anyArchitecture">Whether models that transformers cannot be told are written too.</param>
    public void SaveWith(ILanguageModel model, string folder, SafetensorsType type = SafetensorsType.F32, bool anyArchitecture = false)
    {
        if (Model is not null)
            HubFolder.Save(folder, model, Model, EndOfText, type, anyArchitecture);
        else
            HubFolder.Save(folder, model, Vocabulary, EndOfText, type, anyArchitecture);
    }

    /// <summary>Whether a folder has the files of a tokenizer.</summary>
    internal static bool IsIn(string folder) =>
        File.Exists(Path.Combine(folder, BpeVocabulary.MergesFileName)) || FindModel(folder) is not null;

    /// <summary>A SentencePiece model: the path itself, or that of a folder without a byte-level BPE.</summary>
    private static string? FindModel(string path)
    {
        if (File.Exists(path))
            return path;
        if (!Directory.Exists(path) || File.Exists(Path.Combine(path, BpeVocabulary.VocabularyFileName)))
            return null;
        string usual = Path.Combine(path, SentencePieceVocabulary.FileName);
        string[] models = File.Exists(usual) ? [usual] : Directory.GetFiles(path, "*.model");
        return models.Length == 1 ? models[0] : null;
    }

    private static Dictionary<string, byte[]> FilesOf(BpeVocabulary vocabulary)
    {
        using var tokens = new MemoryStream();
        using var merges = new MemoryStream();
        vocabulary.Write(tokens, merges);
        return new() { [BpeVocabulary.VocabularyFileName] = tokens.ToArray(), [BpeVocabulary.MergesFileName] = merges.ToArray() };
    }

    /// <summary>SHA-256 of tokens and merges, or of the model.</summary>
    private static string FingerprintOf(IReadOnlyDictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((_, byte[] content) in files.OrderByDescending(file => file.Key, StringComparer.Ordinal))
            hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
