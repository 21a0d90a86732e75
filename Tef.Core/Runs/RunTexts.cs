using Microsoft.Extensions.Logging;
using Tef.Core.Configuration;
using Tef.Core.Data;
using Tef.Core.Text;
using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>Finds and reads the texts that a configuration names; token caches that were opened are closed with it.</summary>
/// <param name="settings">Where the texts are and what to do to them.</param>
/// <param name="seed">Chooses the documents that are held back to measure on, and those that are trained on without their meta.</param>
/// <param name="logger">Warned of a damaged token cache, which is made anew.</param>
public sealed class RunTexts(DataSettings settings, int seed = 42, ILogger? logger = null) : IDisposable
{
    private const string Training = "data.train";
    private const string Validation = "data.valid";

    private readonly List<IDisposable> _caches = [];

    /// <summary>The documents to learn from, cleaned.</summary>
    /// <exception cref="ArgumentException">The configuration names no text.</exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder; the message names the option.</exception>
    public IEnumerable<TextDocument> TrainingDocuments => Documents(Training, settings.Train);

    /// <summary>Looks whether the texts to train with are there, without reading them.</summary>
    /// <inheritdoc cref="TrainingDocuments" path="/exception"/>
    public void RequireFiles()
    {
        _ = Find(Training, settings.Train);
        if (settings.Valid is not null)
            _ = Find(Validation, settings.Valid);
    }

    /// <summary>Reads the text to learn from and the text to measure on.</summary>
    /// <param name="tokenizer">Makes the tokens.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The configuration names no text, or there is too little to hold a part back.</exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder; the message names the option.</exception>
    public TrainingData ReadTrainingData(RunTokenizer tokenizer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (settings.Valid is null)
            return HoldBack(tokenizer, cancellation);
        ITokenSource validation = Read(Validation, settings.Valid, tokenizer, cancellation);
        string path = Find(Training, settings.Train);
        return new TrainingData(Keep(CorpusTokens.Read(path, settings, tokenizer, "train", seed, logger, cancellation)), validation);
    }

    /// <summary>Reads the text to measure on: <see cref="DataSettings.Valid"/>, or what is held back of the text to learn from.</summary>
    /// <inheritdoc cref="ReadTrainingData" path="/param|/exception"/>
    public ITokenSource ReadValidation(RunTokenizer tokenizer, CancellationToken cancellation = default) =>
        settings.Valid is not null || settings.Train is null
            ? Read(Validation, settings.Valid, tokenizer, cancellation)
            : ReadTrainingData(tokenizer, cancellation).Validation!;

    /// <summary>Reads a text to measure on; all of its documents keep their meta.</summary>
    /// <param name="option">The option that names it, for messages and the name of the cache.</param>
    /// <param name="path">The file, folder or pattern.</param>
    /// <param name="tokenizer">Makes the tokens.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// Documents between end-of-text tokens. Text bytes are those of whole files where the files are nothing but their text, so that an
    /// end-of-text token stands for what lies between two documents.
    /// </returns>
    /// <exception cref="ArgumentException">The configuration names no text.</exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder; the message names the option.</exception>
    public ITokenSource Read(string option, string? path, RunTokenizer tokenizer, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(option);
        DataSettings all = settings with { Meta = settings.Meta with { IgnoreProbability = 0 } };
        string name = option[(option.IndexOf('.') + 1)..];
        ITokenSource tokens = Keep(CorpusTokens.Read(Find(option, path), all, tokenizer, name, seed, logger, cancellation));
        long bytes = Math.Max(tokens.TextBytes, FileBytes(path!));
        return bytes == tokens.TextBytes ? tokens : new SliceTokenSource(tokens, 0, tokens.Count, bytes);
    }

    /// <summary>The documents of a text, cleaned.</summary>
    /// <inheritdoc cref="Read" path="/param|/exception"/>
    public IEnumerable<TextDocument> Documents(string option, string? path) =>
        CorpusTokens.Cleaned(DocumentReader.Read(Find(option, path), settings.Reading), settings.Cleaning);

    /// <summary>Closes the token caches that were opened.</summary>
    public void Dispose() => _caches.ForEach(cache => cache.Dispose());

    private static string Find(string option, string? path)
    {
        if (string.IsNullOrEmpty(path))
            throw new ArgumentException($"{option} is not set: it names the text, a file, a folder or a pattern (--set {option}=FILE).");
        try
        {
            _ = DocumentFiles.Find(path);
            return path;
        }
        catch (FileNotFoundException exception)
        {
            throw new FileNotFoundException($"{option}: {exception.Message}", path, exception);
        }
    }

    private ITokenSource Keep(ITokenSource tokens)
    {
        if (tokens is IDisposable cache)
            _caches.Add(cache);
        return tokens;
    }

    /// <summary>Bytes of files that are nothing but their text; zero for others.</summary>
    private long FileBytes(string path)
    {
        if (settings.Cleaning is not null || settings.Meta.MaxBodyTokens > 0)
            return 0;
        long bytes = 0;
        foreach (string file in DocumentFiles.Find(path))
        {
            if (DocumentReader.FormatOf(file, settings.Reading) is null or DocumentFormat.JsonLines or DocumentFormat.Parquet)
                return 0;
            bytes += new FileInfo(file).Length;
        }

        return bytes;
    }

    private TrainingData HoldBack(RunTokenizer tokenizer, CancellationToken cancellation)
    {
        SplitTokens split = CorpusTokens.ReadSplit(Find(Training, settings.Train), settings, tokenizer, seed, logger, cancellation);
        _caches.Add(split);
        if (split.Validation.TextBytes > 0)
            return new TrainingData(split.Training, split.Validation);

        // The end of a text does not know its bytes.
        int[] ids = new int[split.Validation.Count];
        split.Validation.Read(0, ids);
        long bytes = System.Text.Encoding.UTF8.GetByteCount(tokenizer.Decode(ids));
        return new TrainingData(split.Training, new SliceTokenSource(split.Validation, 0, ids.Length, bytes));
    }
}
