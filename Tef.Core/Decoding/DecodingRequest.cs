using Tef.Core.Data;
using Tef.Core.Generation;
using Tef.Core.Models;

namespace Tef.Core.Decoding;

/// <summary>A checked prompt, its options and what follows from them.</summary>
internal sealed class DecodingRequest
{
    public DecodingRequest(ILanguageModel model, ReadOnlySpan<int> prompt, GenerationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        int vocabulary = model.Options.VocabularySize;
        int context = model.Options.Context;
        if (prompt.IsEmpty)
            throw new ArgumentException("The prompt is empty. Give at least a start token, such as the end-of-text token.", nameof(prompt));
        if (prompt.Length > context)
        {
            throw new ArgumentException(
                $"The prompt has {prompt.Length} tokens, but the model's context holds {context}.", nameof(prompt));
        }

        if (options is { Beams: 1, Sample: false, ReturnSequences: > 1 })
        {
            throw new ArgumentException(
                $"Greedy decoding finds one sequence, but ReturnSequences is {options.ReturnSequences}. Sample or use beams.",
                nameof(options));
        }

        TokenGuard.InVocabulary(prompt, vocabulary, nameof(prompt));
        TokenGuard.InVocabulary(options.StopTokens.ToArray(), vocabulary, nameof(options.StopTokens));
        foreach (IReadOnlyList<int> run in options.BadTokens)
            TokenGuard.InVocabulary(run.ToArray(), vocabulary, nameof(options.BadTokens));

        Model = model;
        Options = options;
        Prompt = prompt.ToArray();
        StopTokens = [.. options.StopTokens];
        Processors = LogitsProcessors.Create(options, prompt.Length);

        // The last token of a full context is still predicted from all tokens before it.
        int room = context - prompt.Length + 1;
        MaxNewTokens = Math.Min(options.MaxNewTokens, room);
        LongestEnd = options.MaxNewTokens <= room ? FinishReason.MaxNewTokens : FinishReason.ContextFull;
    }

    public ILanguageModel Model { get; }

    public GenerationOptions Options { get; }

    public int[] Prompt { get; }

    public HashSet<int> StopTokens { get; }

    public ILogitsProcessor[] Processors { get; }

    /// <summary>The most tokens to add, stop token included: as asked for, or as fit into the context.</summary>
    public int MaxNewTokens { get; }

    /// <summary>Why a sequence of <see cref="MaxNewTokens"/> ends.</summary>
    public FinishReason LongestEnd { get; }

    public void Process(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        foreach (ILogitsProcessor processor in Processors)
            processor.Process(tokens, logits);
    }
}
