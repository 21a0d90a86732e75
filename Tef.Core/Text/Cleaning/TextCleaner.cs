namespace Tef.Core.Text.Cleaning;

/// <summary>Cleaners one after the other.</summary>
public sealed class TextCleaner : ITextCleaner
{
    private readonly ITextCleaner[] _steps;

    /// <summary>Puts cleaners together.</summary>
    /// <param name="steps">What each makes of the text, the next receives.</param>
    public TextCleaner(params IEnumerable<ITextCleaner> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        _steps = [.. steps];
    }

    /// <summary>The cleaner of options.</summary>
    /// <param name="options">Steps and language.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="InvalidOperationException">Rare characters are to be replaced, but nobody has counted any: <see cref="Fit"/>.
    /// </exception>
    public static TextCleaner Create(CleaningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.NeedsFit)
            throw new InvalidOperationException("Which characters are rare has to be found out in the corpus first: TextCleaner.Fit.");
        return new TextCleaner(options.ActiveSteps.Select(step => Step(step, options)));
    }

    /// <summary>Looks for the rare characters of a corpus, if the options want them replaced.</summary>
    /// <param name="options">Steps and language.</param>
    /// <param name="texts">The corpus; read once, and only when it has to be.</param>
    /// <param name="cancellation">Ends the count with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Options from which a cleaner can be made.</returns>
    public static CleaningOptions Fit(CleaningOptions options, IEnumerable<string> texts, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(texts);
        options.Validate();
        if (!options.NeedsFit)
            return options;
        var before = new TextCleaner(
            options.ActiveSteps.TakeWhile(step => step != CleaningStep.RareCharacters).Select(step => Step(step, options)));
        return options with { FrequentCharacters = FrequentCharacters.Find(texts.Select(before.Clean), options.MinCharacterCount, cancellation) };
    }

    /// <inheritdoc />
    public string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (ITextCleaner step in _steps)
            text = step.Clean(text);
        return text;
    }

    private static ITextCleaner Step(CleaningStep step, CleaningOptions options)
    {
        WrittenLanguage language = WrittenLanguage.Find(options.Language);
        return step switch
        {
            CleaningStep.WikiMarkup => new WikiMarkup(),
            CleaningStep.Homoglyphs => new Homoglyphs(language),
            CleaningStep.LowerCase => new LowerCase(language),
            CleaningStep.SpellDigits => new SpelledDigits(language),
            CleaningStep.LettersOnly => new CharacterFilter(language.Letters, " "),
            CleaningStep.KnownCharacters => new CharacterFilter(language.Characters, " "),
            CleaningStep.RareCharacters => new CharacterFilter(options.FrequentCharacters!, options.Unknown) { DropMarks = false, JoinRuns = true },
            CleaningStep.Blanks => new Blanks(),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, "There is no such step."),
        };
    }
}
