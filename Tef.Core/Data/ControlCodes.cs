using Tef.Core.Numerics;
using Tef.Core.Tokenization;

namespace Tef.Core.Data;

/// <summary>Documents as token ids with their meta before their bodies.</summary>
/// <param name="tokenizer">Makes the ids.</param>
/// <param name="options">What stands around the meta, and how long either may be.</param>
public sealed class ControlCodes(ITokenEncoder tokenizer, MetaOptions options)
{
    private const int IgnoreStream = 21;

    private readonly IReadOnlyList<int> _begin = options.Use ? tokenizer.Encode(options.Begin) : [];
    private readonly IReadOnlyList<int> _end = options.Use ? tokenizer.Encode(options.End) : [];

    /// <summary>The ids before a body.</summary>
    /// <param name="meta">What is known about the document.</param>
    /// <returns>The meta between its marks; nothing without a meta, or when none are used.</returns>
    public IReadOnlyList<int> Prefix(ReadOnlySpan<char> meta)
    {
        if (!options.Use || meta.IsWhiteSpace())
            return [];
        IReadOnlyList<int> ids = tokenizer.Encode(meta);
        return [.. _begin, .. Cut(ids, options.MaxMetaTokens), .. _end];
    }

    /// <summary>The ids of a body, cut to the longest that is wanted.</summary>
    /// <param name="ids">Ids of the whole body.</param>
    public IReadOnlyList<int> Body(IReadOnlyList<int> ids) => Cut(ids, options.MaxBodyTokens);

    /// <summary>Whether a document is trained on without its meta.</summary>
    /// <param name="document">The document, counted from zero.</param>
    /// <param name="seed">The same seed gives the same documents.</param>
    /// <param name="probability">Share of the documents.</param>
    public static bool Ignores(long document, int seed, double probability) =>
        probability > 0 && CounterRandom.Uniform(seed, IgnoreStream, document) < probability;

    private static IReadOnlyList<int> Cut(IReadOnlyList<int> ids, int longest) =>
        longest > 0 && ids.Count > longest ? [.. ids.Take(longest)] : ids;
}
