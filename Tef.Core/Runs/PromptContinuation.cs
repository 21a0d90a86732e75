using Tef.Core.Data;
using Tef.Core.Decoding;
using Tef.Core.Generation;
using Tef.Core.Models;

namespace Tef.Core.Runs;

/// <summary>Text in, text out.</summary>
public static class PromptContinuation
{
    /// <summary>Continues a prompt.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="prompt">
    /// The text to continue; it is put behind an end-of-text token as documents are, and nothing but that when empty. Of a prompt
    /// that does not fit into the context with the new tokens, the end is used.
    /// </param>
    /// <param name="options">How to continue; without stop tokens a text ends at the end-of-text token.</param>
    /// <param name="codes">Ids before the prompt, such as the control codes of a meta (<see cref="ControlCodes.Prefix"/>); none when null.</param>
    /// <param name="cancellation">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InvalidOperationException">The model's token selector is not causal; the message names it.</exception>
    /// <exception cref="ArgumentException">The options are out of range.</exception>
    public static IReadOnlyList<ContinuedText> Continue(
        ILanguageModel model,
        RunTokenizer tokenizer,
        string prompt,
        GenerationOptions options,
        IReadOnlyList<int>? codes = null,
        CancellationToken cancellation = default)
    {
        (int[] tokens, GenerationOptions complete) = Prepare(model, tokenizer, prompt, codes, options);
        return
        [
            .. TokenGenerator.Generate(model, tokens, complete, cancellation)
                .Select(sequence => new ContinuedText(prompt, tokenizer.Decode(sequence.Tokens, begins: prompt.Length == 0), sequence)),
        ];
    }

    /// <summary>Continues a prompt with one text that comes in pieces as they are chosen.</summary>
    /// <returns>Pieces of the continuation; characters that are spread over several tokens come whole.</returns>
    /// <inheritdoc cref="Continue" path="/param|/exception"/>
    public static IEnumerable<string> Stream(
        ILanguageModel model,
        RunTokenizer tokenizer,
        string prompt,
        GenerationOptions options,
        IReadOnlyList<int>? codes = null,
        CancellationToken cancellation = default)
    {
        (int[] tokens, GenerationOptions complete) = Prepare(model, tokenizer, prompt, codes, options);
        return Pieces(tokenizer, TokenGenerator.Stream(model, tokens, complete, cancellation), begins: prompt.Length == 0);
    }

    private static IEnumerable<string> Pieces(RunTokenizer tokenizer, IEnumerable<int> tokens, bool begins)
    {
        var pending = new List<int>();
        foreach (int token in tokens)
        {
            pending.Add(token);
            string text = tokenizer.Decode(pending, begins: begins);

            // A character of several bytes may be unfinished; no character has more than four.
            if (text.EndsWith('\uFFFD') && pending.Count < 4)
                continue;
            pending.Clear();
            begins &= text.Length == 0;
            yield return text;
        }

        if (pending.Count > 0)
            yield return tokenizer.Decode(pending, begins: begins);
    }

    private static (int[] Tokens, GenerationOptions Options) Prepare(
        ILanguageModel model, RunTokenizer tokenizer, string prompt, IReadOnlyList<int>? codes, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(options);
        int context = model.Options.Context;
        int room = Math.Max(1, context - Math.Min(options.MaxNewTokens, context / 2));

        // Without codes the token between documents is the first to go; codes stay, as nothing of the prompt says what they do.
        int[] start = codes is { Count: > 0 } ? [tokenizer.EndOfTextId, .. codes] : [];
        start = start[..Math.Min(start.Length, Math.Max(1, room - 1))];
        int[] ids = start.Length > 0 ? tokenizer.Encode(prompt) : [tokenizer.EndOfTextId, .. tokenizer.Encode(prompt)];
        int[] tokens = [.. start, .. ids[^Math.Min(ids.Length, room - start.Length)..]];
        return (tokens, options.StopTokens.Count > 0 ? options : options with { StopTokens = [tokenizer.EndOfTextId] });
    }
}

/// <summary>A prompt and what a model made of it.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Continuation">The new text.</param>
/// <param name="Sequence">Its tokens, probabilities and end.</param>
public sealed record ContinuedText(string Prompt, string Continuation, GeneratedSequence Sequence)
{
    /// <summary>Prompt and continuation.</summary>
    public string Text => Prompt + Continuation;
}
