using System.Text.Json;
using Tef.Core.Models;

namespace Tef.Core.Filtering;

/// <summary>What the token filters of a model make of a text.</summary>
/// <param name="Blocks">The blocks with a filter, counted from zero, <c>[F]</c>.</param>
/// <param name="KeptShare">Share of the tokens that each of them kept, <c>[F]</c>.</param>
/// <param name="Loss">Mean nats of the tokens after the first.</param>
/// <param name="Tokens">The tokens in their order.</param>
public sealed record FilterInspection(
    IReadOnlyList<int> Blocks, IReadOnlyList<float> KeptShare, double Loss, IReadOnlyList<InspectedToken> Tokens)
{
    /// <summary>Looks at a text.</summary>
    /// <param name="model">The model; one without filters gives tokens without gates.</param>
    /// <param name="tokens">At least one token and at most the model's context.</param>
    /// <param name="textOf">The text of an id.</param>
    /// <param name="filter">Another rule than the model's own; none when null.</param>
    /// <exception cref="ArgumentException">The text is empty or too long, or an id is outside the vocabulary.</exception>
    public static FilterInspection Of(
        ILanguageModel model, ReadOnlySpan<int> tokens, Func<int, string> textOf, FilterOverride? filter = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(textOf);
        var score = model.Score(tokens, filter);
        int[] blocks = [.. Enumerable.Range(0, score.Gates.Length).Where(block => score.Gates[block].Length > 0)];
        var inspected = new InspectedToken[tokens.Length];
        for (int i = 0; i < inspected.Length; i++)
        {
            inspected[i] = new InspectedToken(
                tokens[i],
                textOf(tokens[i]),
                i == 0 ? null : score.TokenLosses[i - 1],
                Array.ConvertAll(blocks, block => score.Gates[block][i]),
                Array.ConvertAll(blocks, block => score.Kept[block][i]));
        }
        return new FilterInspection(blocks, Array.ConvertAll(blocks, block => score.KeptShare[block]), score.Loss, inspected);
    }

    /// <summary>A JSON object.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, FilterTableJsonContext.Default.FilterInspection) + "\n";
}

/// <summary>A token as the filters see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Loss">Nats given the tokens before it; null for the first.</param>
/// <param name="Gates">Its gate in each block with a filter, <c>[F]</c>.</param>
/// <param name="Kept">Whether each of them kept it, <c>[F]</c>.</param>
public sealed record InspectedToken(int Id, string Text, float? Loss, IReadOnlyList<float> Gates, IReadOnlyList<bool> Kept);
