using System.CommandLine;
using Tef.Core.Generation;
using Tef.Samples.Common;

namespace Tef.Cli.CommandLine;

/// <summary>Short options for <see cref="GenerationOptions"/>.</summary>
internal sealed class GenerationArguments
{
    private readonly Option<bool> _greedy = new("--greedy") { Description = "Take the most probable token each time." };

    private readonly Option<int?> _tokens = NumberOption.Whole("--max-new-tokens", "The most tokens to add.");

    private readonly Option<int?> _least = NumberOption.Whole("--min-new-tokens", "Tokens to add before the text may end.", 0);

    private readonly Option<double?> _temperature = NumberOption.Positive("--temperature", "Below 1 sharpens, above 1 flattens.");

    private readonly Option<int?> _topK = NumberOption.Whole("--top-k", "Draw from the N most probable tokens; from all when 0.", 0);

    private readonly Option<double?> _topP =
        NumberOption.Positive("--top-p", "Draw from the fewest tokens whose probabilities sum to this.", 1);

    private readonly Option<double?> _repetition = NumberOption.Positive("--repetition-penalty", "Above 1 avoids tokens already present.");

    private readonly Option<int?> _ngram = NumberOption.Whole("--no-repeat-ngram", "No run of N tokens occurs twice; no limit when 0.", 0);

    private readonly Option<int?> _beams = NumberOption.Whole("--beams", "Sequences that beam search follows; 1 is no beam search.", 1, 1024);

    private readonly Option<double?> _length = new("--length-penalty")
    {
        Description = "Beam scores are log-probabilities over length to this power.",
        HelpName = "X",
    };

    private readonly Option<bool> _early = new("--early-stopping") { Description = "End beam search with as many finished sequences as beams." };

    private readonly Option<int?> _sequences = NumberOption.Whole("--sequences", "Sequences to return.", 1, 1024);

    private readonly Option<int?> _seed = NumberOption.Whole("--seed", "The same seed gives the same text.", 0);

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])
            [_greedy, _tokens, _least, _temperature, _topK, _topP, _repetition, _ngram, _beams, _length, _early, _sequences, _seed])
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(_greedy) is not null && result.GetResult(_temperature) is not null)
                result.AddError("--greedy takes the most probable token, so --temperature has no meaning with it.");
        });
    }

    public GenerationOptions Apply(ParseResult result, GenerationOptions options)
    {
        int beams = result.GetValue(_beams) ?? options.Beams;
        bool searches = result.GetValue(_beams) > 1;
        return options with
        {
            // Asked for on the command line, beam search is the plain one.
            Sample = !result.GetValue(_greedy) && !searches && options.Sample,
            MaxNewTokens = result.GetValue(_tokens) ?? options.MaxNewTokens,
            MinNewTokens = result.GetValue(_least) ?? options.MinNewTokens,
            Temperature = (float?)result.GetValue(_temperature) ?? options.Temperature,
            TopK = result.GetValue(_topK) ?? options.TopK,
            TopP = (float?)result.GetValue(_topP) ?? options.TopP,
            RepetitionPenalty = (float?)result.GetValue(_repetition) ?? options.RepetitionPenalty,
            NoRepeatNgramSize = result.GetValue(_ngram) ?? options.NoRepeatNgramSize,
            Beams = result.GetValue(_greedy) ? 1 : beams,
            LengthPenalty = (float?)result.GetValue(_length) ?? options.LengthPenalty,
            EarlyStopping = result.GetValue(_early) || options.EarlyStopping,
            ReturnSequences = result.GetValue(_sequences) ?? (result.GetValue(_greedy) ? 1 : options.ReturnSequences),
            Seed = result.GetValue(_seed) ?? options.Seed,
        };
    }
}
