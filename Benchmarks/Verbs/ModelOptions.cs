using System.CommandLine;
using Tef.Benchmarks.Measuring;

namespace Tef.Benchmarks.Verbs;

/// <summary>The options by which a model and its batch are given, named as the PyTorch peer names them.</summary>
internal sealed class ModelOptions
{
    private readonly Option<int> _layers = Number("--layers", "Blocks.", ModelSize.Small.Layers);
    private readonly Option<int> _dim = Number("--dim", "Width of the residual stream.", ModelSize.Small.Dim);
    private readonly Option<int> _heads = Number("--heads", "Attention heads; --dim is a multiple of it.", ModelSize.Small.Heads);
    private readonly Option<int> _ctx = Number("--ctx", "Tokens of a training sequence.", ModelSize.Small.Ctx);
    private readonly Option<int> _batch = Number("--batch", "Sequences of a training step.", ModelSize.Small.Batch);
    private readonly Option<int> _vocab = Number("--vocab", "Token ids.", ModelSize.Small.Vocab);
    private readonly Option<int> _steps = Number("--steps", "Measured steps or runs; the median counts.", 6);
    private readonly Option<int> _newTokens = Number("--new-tokens", "Tokens of a decoding run.", 64);

    public void AddTo(Command command)
    {
        foreach (var option in new[] { _layers, _dim, _heads, _ctx, _batch, _vocab, _steps, _newTokens })
            command.Add(option);
    }

    /// <exception cref="ArgumentException">There is no model of these sizes.</exception>
    public ModelSize Size(ParseResult parsed)
    {
        var size = new ModelSize(
            parsed.GetValue(_layers), parsed.GetValue(_dim), parsed.GetValue(_heads), parsed.GetValue(_ctx), parsed.GetValue(_batch),
            parsed.GetValue(_vocab));
        size.Options.Validate();
        return size;
    }

    public int Steps(ParseResult parsed) => parsed.GetValue(_steps);

    public int NewTokens(ParseResult parsed) => parsed.GetValue(_newTokens);

    private static Option<int> Number(string name, string description, int value)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "count" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int number) || number < 1))
                result.AddError($"{name} is '{result.Tokens[0].Value}'; a whole number of at least 1 was expected.");
        });
        return option;
    }
}
