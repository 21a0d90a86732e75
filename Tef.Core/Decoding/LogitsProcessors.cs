using Tef.Core.Generation;

namespace Tef.Core.Decoding;

/// <summary>The processors that options ask for, in Hugging Face's order.</summary>
public static class LogitsProcessors
{
    /// <summary>Builds the processors of a generation; those that would change nothing are left out.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="promptLength">Tokens of the prompt.</param>
    /// <returns>
    /// Repetition penalty, no-repeat n-gram, bad tokens and minimum length; when sampling, temperature, top-k and top-p after them.
    /// </returns>
    public static ILogitsProcessor[] Create(GenerationOptions options, int promptLength)
    {
        ArgumentNullException.ThrowIfNull(options);
        var processors = new List<ILogitsProcessor>();
        if (options.RepetitionPenalty != 1)
            processors.Add(new RepetitionPenaltyLogitsProcessor(options.RepetitionPenalty));
        if (options.NoRepeatNgramSize > 0)
            processors.Add(new NoRepeatNGramLogitsProcessor(options.NoRepeatNgramSize));
        if (options.BadTokens.Count > 0)
            processors.Add(new NoBadWordsLogitsProcessor(options.BadTokens));
        if (options.MinNewTokens > 0 && options.StopTokens.Count > 0)
            processors.Add(new MinNewTokensLengthLogitsProcessor(promptLength, options.MinNewTokens, options.StopTokens));
        if (options.Sample)
        {
            if (options.Temperature != 1)
                processors.Add(new TemperatureLogitsWarper(options.Temperature));
            if (options.TopK > 0)
                processors.Add(new TopKLogitsWarper(options.TopK));
            if (options.TopP < 1)
                processors.Add(new TopPLogitsWarper(options.TopP));
        }

        return [.. processors];
    }
}
