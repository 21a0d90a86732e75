using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Text;
using Tef.Core.Tokenization;

namespace Tef.Core.Runs;

/// <summary>The tokenizer of a run: byte-level BPE with the token that stands between documents. Safe to use from many threads.</summary>
public sealed class RunTokenizer : ITokenEncoder
{
    private readonly BpeEncoder _encoder;
    private readonly HashSet<int> _special;

    /// <summary>Wraps a vocabulary.</summary>
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
        _encoder = new BpeEncoder(vocabulary);
        Fingerprint = FingerprintOf(vocabulary);
        _special = [.. vocabulary.SpecialTokens.Select(token => vocabulary.TryGetId(token, out int special) ? special : -1)];
    }

    /// <summary>Tokens and merges.</summary>
    public BpeVocabulary Vocabulary { get; }

    /// <summary>Number of ids, <c>V</c>.</summary>
    public int VocabularySize => Vocabulary.Tokens.Count;

    /// <summary>The token that stands between documents.</summary>
    public string EndOfText { get; }

    /// <summary>The id of <see cref="EndOfText"/>.</summary>
    public int EndOfTextId { get; }

    /// <inheritdoc />
    public string Fingerprint { get; }

    /// <summary>Reads a tokenizer from a folder.</summary>
    /// <param name="folder">A folder with <c>vocab.json</c> and <c>merges.txt</c>.</param>
    /// <param name="endOfText">The special token that stands between documents.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged; the message has file and line.</exception>
    public static RunTokenizer Load(string folder, string endOfText = BpeTrainerOptions.EndOfText) =>
        new(HuggingFace.HubFolder.LoadVocabulary(folder), endOfText);

    /// <summary>Trains a tokenizer on documents.</summary>
    /// <param name="documents">The text; read once.</param>
    /// <param name="settings">Size and the token between documents.</param>
    /// <param name="meta">Whose texts and special tokens are learned too, if they are used; none when null.</param>
    /// <param name="threads">Threads that count words; all processors when zero.</param>
    /// <param name="progress">Is told from time to time.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">There is no text.</exception>
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
        var trainer = new BpeTrainer(new BpeTrainerOptions
        {
            VocabularySize = settings.VocabularySize,
            MinFrequency = settings.MinFrequency,
            SpecialTokens = meta is { Use: true } ? [settings.EndOfText, meta.Begin, meta.End] : [settings.EndOfText],
            Threads = threads,
        });
        IEnumerable<string> texts = documents.SelectMany<TextDocument, string>(
            document => meta is { Use: true } && document.Meta is { } known ? [known, document.Text] : [document.Text]);
        return new RunTokenizer(trainer.Train(texts, progress, cancellation), settings.EndOfText);
    }

    /// <summary>Turns text into ids. Special tokens in the text become their ids.</summary>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        var ids = new List<int>();
        _encoder.Encode(text, ids);
        return [.. ids];
    }

    /// <summary>Turns ids into text.</summary>
    /// <param name="ids">Ids of the vocabulary.</param>
    /// <param name="special">Whether special tokens are written too.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool special = false) =>
        _encoder.Decode([.. special ? ids : ids.Where(id => !_special.Contains(id))]);

    IReadOnlyList<int> ITokenEncoder.Encode(ReadOnlySpan<char> text) => Encode(text);

    string ITokenEncoder.Describe(int id) => Decode([id], special: true);

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c>.</summary>
    /// <param name="folder">The folder; made if need be.</param>
    public void Save(string folder) => Vocabulary.Save(folder);

    private static string FingerprintOf(BpeVocabulary vocabulary)
    {
        using var tokens = new MemoryStream();
        using var merges = new MemoryStream();
        vocabulary.Write(tokens, merges);
        using var hash = new ContentHash();
        hash.Add(tokens.ToArray()).Add(merges.ToArray());
        return Convert.ToHexStringLower(hash.ToArray());
    }
}
