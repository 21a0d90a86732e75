using System.Text.Json.Serialization;

namespace Tef.Core.Decoding;

/// <summary>Why a text ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FinishReason>))]
public enum FinishReason
{
    /// <summary>A stop token was chosen.</summary>
    Stop,

    /// <summary>The text has as many new tokens as were asked for.</summary>
    MaxNewTokens,

    /// <summary>The model can look at no more tokens.</summary>
    ContextFull,
}

/// <summary>A continuation of a prompt.</summary>
/// <param name="Tokens">The new tokens, without the prompt and without the stop token.</param>
/// <param name="LogProbability">
/// Natural logarithm of the probability that the model itself gives to the new tokens and the stop token, before temperature,
/// penalties and bans.
/// </param>
/// <param name="Score">
/// What ranks sequences: under beam search the log-probability with penalties and bans over length to the length penalty
/// (Hugging Face's <c>sequences_scores</c>), otherwise <paramref name="LogProbability"/>.
/// </param>
/// <param name="FinishReason">Why the text ended.</param>
public sealed record GeneratedSequence(IReadOnlyList<int> Tokens, double LogProbability, double Score, FinishReason FinishReason);
