using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Runs;
using Tef.Core.Tokenization;

namespace Tef.Cli.Output;

/// <summary>Words for models.</summary>
internal static class ModelText
{
    public static string Describe(LanguageModelOptions options, long parameters) => options is Gpt2Options gpt2
        ? $"GPT-2, {gpt2.Layers} blocks of width {gpt2.Width}, {gpt2.Heads} heads, context {gpt2.Context}, {Count(parameters)} parameters"
        : $"{options.GetType().Name}, {options.LayerCount} blocks, context {options.Context}, {Count(parameters)} parameters";

    public static string Describe(RunTokenizer tokenizer)
    {
        string kind = tokenizer.Kind switch
        {
            TokenizerKind.SentencePieceUnigram => "SentencePiece Unigram",
            TokenizerKind.SentencePieceBpe => "SentencePiece BPE",
            _ => "byte-level BPE",
        };
        return $"{kind}, {tokenizer.VocabularySize:N0} tokens";
    }

    public static string DescribeFilter(LanguageModelOptions options)
    {
        if (options is not Gpt2Options { Tef: { } tef })
            return "none";
        int[] blocks = [.. Enumerable.Range(0, options.LayerCount).Where(block => tef.Filters(block, options.LayerCount))];
        return blocks.Length == 0
            ? "no block of this model"
            : $"{Describe(tef.Selector)}, {tef.Action.ToString().ToLowerInvariant()}, blocks {string.Join(", ", blocks)} of {options.LayerCount}";
    }

    public static string Count(long value) => value switch
    {
        >= 1_000_000 => $"{value / 1e6:F2} M",
        >= 10_000 => $"{value / 1e3:F1} k",
        _ => $"{value:N0}",
    };

    private static string Describe(TokenSelector selector) => selector switch
    {
        Budget budget => $"budget, keeps {budget.Keep:P0}",
        CumulativeShare share => $"cumulative share {share.Tau}",
        TopK topK => $"top {topK.Count}",
        Threshold threshold => $"threshold {threshold.Theta}",
        CustomSelector custom => $"selector '{custom.Name}'",
        _ => selector.GetType().Name,
    };
}
