using System.Text;
using Microsoft.Extensions.Logging;
using Tef.Core.Configuration;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Text.Corpora;
using Tef.Core.Tokenization;

namespace Tef.Core.Data;

/// <summary>Corpora as one run of token ids: an end-of-text token, then each document and an end-of-text token.</summary>
public static class CorpusTokens
{
    /// <summary>
    /// Reads, cleans and tokenizes a corpus as settings say, on all processors. With <see cref="DataSettings.CacheFolder"/> the ids lie
    /// on disk and are made anew only when files, settings or tokenizer have changed; then dispose the result when it is done with.
    /// </summary>
    /// <param name="path">A file, a folder or a pattern.</param>
    /// <param name="settings">How to read, to clean and to use meta; where to keep the ids.</param>
    /// <param name="tokenizer">Makes the ids.</param>
    /// <param name="name">The name of the cache file, without folder; such as <c>train</c>.</param>
    /// <param name="seed">Chooses the documents whose meta is ignored.</param>
    /// <param name="logger">Warned of a damaged cache, which is made anew.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, it is empty, or no file matches.</exception>
    /// <exception cref="InvalidDataException">A file is damaged; the message says where.</exception>
    public static ITokenSource Read(
        string path,
        DataSettings settings,
        ITokenEncoder tokenizer,
        string name,
        int seed,
        ILogger? logger = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentException.ThrowIfNullOrEmpty(name);
        IEnumerable<TextDocument> documents = DocumentReader.Read(path, settings.Reading);
        if (settings.CacheFolder is null)
        {
            var memory = new MemoryTokenSource(tokenizer.VocabularySize, tokenizer.EndOfTextId);
            Write(Cleaned(documents, settings.Cleaning, cancellation), tokenizer, memory, settings.Meta, seed, cancellation);
            return memory;
        }

        return TokenCacheFile.OpenOrBuild(
            Path.Combine(settings.CacheFolder, name + ".tokens"),
            tokenizer.VocabularySize,
            Hash(path, settings, tokenizer, seed),
            writer => Write(Cleaned(documents, settings.Cleaning, cancellation), tokenizer, writer, settings.Meta, seed, cancellation),
            tokenizer.EndOfTextId,
            logger);
    }

    /// <summary>
    /// Reads a corpus as <see cref="Read"/> does and holds back <see cref="DataSettings.ValidShare"/> of its documents: those that
    /// <see cref="CorpusSplit"/> puts into a second part, by seed and place. When that leaves a part without documents, as with a single
    /// one, the end of the text is held back instead (<see cref="TokenSplit.Tail"/>), whose text bytes are unknown.
    /// </summary>
    /// <param name="path">A file, a folder or a pattern.</param>
    /// <param name="settings">How to read, to clean and to use meta; what share to hold back; where to keep the ids.</param>
    /// <param name="tokenizer">Makes the ids.</param>
    /// <param name="seed">Chooses the documents that are held back and those whose meta is ignored.</param>
    /// <param name="logger">Warned of a damaged cache, which is made anew.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">The text is too short to hold a part back.</exception>
    /// <exception cref="FileNotFoundException">There is no such file or folder, it is empty, or no file matches.</exception>
    /// <exception cref="InvalidDataException">A file is damaged; the message says where.</exception>
    public static SplitTokens ReadSplit(
        string path,
        DataSettings settings,
        ITokenEncoder tokenizer,
        int seed,
        ILogger? logger = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(tokenizer);
        IEnumerable<TextDocument> documents = DocumentReader.Read(path, settings.Reading);
        SplitTokens split = settings.CacheFolder is null
            ? SplitTokens.Build(tokenizer.VocabularySize, Fill, tokenizer.EndOfTextId)
            : SplitTokens.OpenOrBuild(
                settings.CacheFolder,
                tokenizer.VocabularySize,
                Hash(path, settings, tokenizer, seed, $"split {settings.ValidShare:R} {seed}"),
                Fill,
                tokenizer.EndOfTextId,
                logger);

        // A part without documents has the end-of-text token that begins it alone.
        if (split.Training.Count > 1 && split.Validation.Count > 1)
            return split;
        try
        {
            ITokenSource all = split.Training.Count > 1 ? split.Training : split.Validation;
            (ITokenSource training, ITokenSource validation) = TokenSplit.Tail(all, settings.ValidShare, tokenizer.EndOfTextId);
            return new SplitTokens(training, validation, split);
        }
        catch
        {
            split.Dispose();
            throw;
        }

        void Fill(ITokenSink training, ITokenSink validation)
        {
            double[] shares = [1 - settings.ValidShare, settings.ValidShare];
            ITokenSink[] parts = [training, validation];
            WriteParts(
                Cleaned(documents, settings.Cleaning, cancellation),
                tokenizer,
                parts,
                document => CorpusSplit.PartOf(document, shares, seed),
                settings.Meta,
                seed,
                cancellation);
        }
    }

    /// <summary>Tokenizes documents on all processors, in order.</summary>
    /// <param name="documents">The documents, or parts of them.</param>
    /// <param name="tokenizer">Makes the ids.</param>
    /// <param name="sink">Receives them.</param>
    /// <param name="meta">How to use what is known about documents; not at all when null.</param>
    /// <param name="seed">Chooses the documents whose meta is ignored.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    public static void Write(
        IEnumerable<TextDocument> documents,
        ITokenEncoder tokenizer,
        ITokenSink sink,
        MetaOptions? meta = null,
        int seed = 0,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(sink);
        WriteParts(documents, tokenizer, [sink], _ => 0, meta ?? new MetaOptions(), seed, cancellation);
    }

    private static void WriteParts(
        IEnumerable<TextDocument> documents,
        ITokenEncoder tokenizer,
        ITokenSink[] sinks,
        Func<long, int> partOf,
        MetaOptions meta,
        int seed,
        CancellationToken cancellation)
    {
        var codes = new ControlCodes(tokenizer, meta);
        int[] end = [tokenizer.EndOfTextId];
        foreach (ITokenSink sink in sinks)
            sink.Add(end, 0);
        long document = 0;
        int bodyTokens = 0;
        bool inside = false;
        foreach ((TextDocument part, int[] prefix, int[] body) in ParallelOrder.Select(documents, Encode, cancellation))
        {
            ITokenSink sink = sinks[partOf(document)];
            if (!inside && !ControlCodes.Ignores(document, seed, meta.IgnoreProbability))
                sink.Add(prefix, prefix.Length == 0 ? 0 : Encoding.UTF8.GetByteCount(part.Meta!));
            int length = meta.MaxBodyTokens > 0 ? Math.Min(body.Length, meta.MaxBodyTokens - bodyTokens) : body.Length;
            sink.Add(body.AsSpan(0, length), Bytes(part.Text, length, body.Length));
            bodyTokens += length;
            inside = part.Continues;
            if (inside)
                continue;
            sink.Add(end, 0);
            bodyTokens = 0;
            document++;
        }

        (TextDocument Part, int[] Prefix, int[] Body) Encode(TextDocument part) =>
            (part, [.. codes.Prefix(part.Meta)], [.. tokenizer.Encode(part.Text)]);
    }

    /// <summary>The documents as cleaning leaves them; those that it leaves blank are gone.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="cleaning">The steps; none when null. Documents are read twice when the rare characters have to be found.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    public static IEnumerable<TextDocument> Cleaned(
        IEnumerable<TextDocument> documents, CleaningOptions? cleaning, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        if (cleaning is null)
            return documents;
        cleaning = TextCleaner.Fit(cleaning, documents.Select(document => document.Text), cancellation);
        TextCleaner cleaner = TextCleaner.Create(cleaning);
        return WithoutBlank(ParallelOrder.Select(
            documents, document => document with { Text = cleaner.Clean(document.Text) }, cancellation));
    }

    private static IEnumerable<TextDocument> WithoutBlank(IEnumerable<TextDocument> documents)
    {
        bool inside = false;
        foreach (TextDocument document in documents)
        {
            // The last part of a document ends it, even when it is blank.
            if (inside || document.Continues || !string.IsNullOrWhiteSpace(document.Text))
                yield return document;
            inside = document.Continues;
        }
    }

    /// <summary>UTF-8 bytes of the part of a text whose first tokens were kept, in proportion.</summary>
    private static long Bytes(string? text, int kept, int tokens)
    {
        long bytes = Encoding.UTF8.GetByteCount(text ?? "");
        return kept == tokens ? bytes : (long)Math.Round((double)bytes * kept / tokens);
    }

    private static byte[] Hash(string path, DataSettings settings, ITokenEncoder tokenizer, int seed, string split = "")
    {
        using var hash = new ContentHash();
        hash.Add(tokenizer.Fingerprint);
        hash.Add(OptionsJson.Write(settings.Reading));
        hash.Add(settings.Cleaning is null ? "" : OptionsJson.Write(settings.Cleaning));
        hash.Add(OptionsJson.Write(settings.Meta));
        hash.Add(settings.Meta is { Use: true, IgnoreProbability: > 0 } ? $"{seed}" : "");
        hash.Add(split);
        foreach (string file in DocumentFiles.Find(path))
        {
            // The name decides how a file is read, where it lies does not.
            hash.Add(Path.GetFileName(file));
            hash.AddFile(file);
        }

        return hash.ToArray();
    }
}
