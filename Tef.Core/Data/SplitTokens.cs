using Microsoft.Extensions.Logging;

namespace Tef.Core.Data;

/// <summary>A text to learn from and one to measure on, and the files behind them if they lie in files.</summary>
public sealed class SplitTokens : IDisposable
{
    private readonly IDisposable?[] _files;

    internal SplitTokens(ITokenSource training, ITokenSource validation, params IDisposable?[] files)
    {
        Training = training;
        Validation = validation;
        _files = files;
    }

    /// <summary>The text to learn from.</summary>
    public ITokenSource Training { get; }

    /// <summary>The text to measure on.</summary>
    public ITokenSource Validation { get; }

    /// <summary>Fills two texts in memory.</summary>
    /// <param name="vocabularySize">Ids are at least 0 and below this.</param>
    /// <param name="build">Adds all documents, to the text to learn from or to the one to measure on.</param>
    /// <param name="endOfText">The id that ends each document, if it is known.</param>
    public static SplitTokens Build(int vocabularySize, Action<ITokenSink, ITokenSink> build, int? endOfText = null)
    {
        ArgumentNullException.ThrowIfNull(build);
        var training = new MemoryTokenSource(vocabularySize, endOfText);
        var validation = new MemoryTokenSource(vocabularySize, endOfText);
        build(training, validation);
        return new SplitTokens(training, validation);
    }

    /// <summary>
    /// Opens the caches <c>train.tokens</c> and <c>valid.tokens</c>, after building both when one is missing or damaged, or text or
    /// tokenizer have changed since.
    /// </summary>
    /// <param name="folder">The folder of the caches.</param>
    /// <param name="vocabularySize">Ids are at least 0 and below this.</param>
    /// <param name="contentHash">A <see cref="ContentHash"/> of text, tokenizer and what decides on the split.</param>
    /// <param name="build">Adds all documents, to the text to learn from or to the one to measure on.</param>
    /// <param name="endOfText">The id that ends each document, if it is known.</param>
    /// <param name="logger">Warned of a cache that is damaged or of another version.</param>
    /// <exception cref="InvalidDataException">A file is something else than a token cache.</exception>
    public static SplitTokens OpenOrBuild(
        string folder,
        int vocabularySize,
        ReadOnlySpan<byte> contentHash,
        Action<ITokenSink, ITokenSink> build,
        int? endOfText = null,
        ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(build);
        string trainingPath = Path.Combine(folder, "train.tokens"), validationPath = Path.Combine(folder, "valid.tokens");
        TokenCacheFile? training = null, validation = null;
        try
        {
            training = TokenCacheFile.TryOpen(trainingPath, vocabularySize, contentHash, endOfText, logger);
            validation = training is null
                ? null
                : TokenCacheFile.TryOpen(validationPath, vocabularySize, contentHash, endOfText, logger);
            if (training is null || validation is null)
            {
                training?.Dispose();
                using (var trainingWriter = new TokenCacheWriter(trainingPath, vocabularySize, contentHash, endOfText))
                using (var validationWriter = new TokenCacheWriter(validationPath, vocabularySize, contentHash, endOfText))
                {
                    build(trainingWriter, validationWriter);
                    trainingWriter.Commit();
                    validationWriter.Commit();
                }

                training = TokenCacheFile.Open(trainingPath);
                validation = TokenCacheFile.Open(validationPath);
            }

            return new SplitTokens(training, validation, training, validation);
        }
        catch
        {
            training?.Dispose();
            validation?.Dispose();
            throw;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (IDisposable? file in _files)
            file?.Dispose();
    }
}
