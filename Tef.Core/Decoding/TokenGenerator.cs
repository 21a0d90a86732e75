using Tef.Core.Generation;
using Tef.Core.Models;

namespace Tef.Core.Decoding;

/// <summary>Continues prompts with any model: greedily, by sampling, or by beam search with or without sampling.</summary>
public static class TokenGenerator
{
    /// <summary>Continues a prompt.</summary>
    /// <param name="model">The model. Other threads may use it at the same time.</param>
    /// <param name="prompt">
    /// Token ids, at least one and at most <see cref="LanguageModelOptions.Context"/>. To start from nothing, give the
    /// end-of-text token.
    /// </param>
    /// <param name="options">How to continue. Without stop tokens a text ends by its length alone.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// <see cref="GenerationOptions.ReturnSequences"/> sequences: under beam search the best first (fewer only when fewer are
    /// possible), otherwise in the order of their random streams, each of which does not depend on how many there are.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The prompt is empty or longer than the context, an id is outside the vocabulary, or the options are out of range.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The options forbid every token, the model's logits are not finite, or its token selector is not causal.
    /// </exception>
    public static IReadOnlyList<GeneratedSequence> Generate(
        ILanguageModel model, ReadOnlySpan<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        var request = new DecodingRequest(model, prompt, options);
        if (options.Beams > 1)
        {
            using var search = new BeamSearch(request);
            return search.Run(cancellation);
        }

        using var run = new SequenceRun(request);
        do
            cancellation.ThrowIfCancellationRequested();
        while (run.Step());
        return run.Results();
    }

    /// <summary>Continues a prompt with one sequence whose tokens come as they are chosen, equal to those of
    /// <see cref="Generate"/>.</summary>
    /// <param name="model">The model. Other threads may use it at the same time.</param>
    /// <param name="prompt">Token ids, as for <see cref="Generate"/>.</param>
    /// <param name="options">How to continue; one beam and one sequence.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The new tokens without the stop token. Computing goes on as far as they are asked for.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Generate"/>, or several beams or sequences are asked for.</exception>
    public static IEnumerable<int> Stream(
        ILanguageModel model, ReadOnlySpan<int> prompt, GenerationOptions options, CancellationToken cancellation = default)
    {
        var request = new DecodingRequest(model, prompt, options);
        if (options.Beams > 1 || options.ReturnSequences > 1)
        {
            throw new ArgumentException(
                $"Only a single sequence can be streamed, but Beams is {options.Beams} and ReturnSequences is {options.ReturnSequences}.",
                nameof(options));
        }

        return Tokens(request, cancellation);

        static IEnumerable<int> Tokens(DecodingRequest request, CancellationToken cancellation)
        {
            using var run = new SequenceRun(request);
            int given = 0;
            bool goesOn = true;
            while (goesOn)
            {
                cancellation.ThrowIfCancellationRequested();
                goesOn = run.Step();
                if (run.FirstTokens.Length > given)
                    yield return run.FirstTokens[given++];
            }
        }
    }
}
