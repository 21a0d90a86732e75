using System.CommandLine;
using Tef.Core.Models;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Verbs;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Print one JSON document instead of a table." };

    public static Option<int> Threads()
    {
        Option<int> option = new("--threads")
        {
            Description = "Threads of the managed engine.",
            DefaultValueFactory = _ => ThreadTeam.Threads,
            HelpName = "count",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value is < 1 or > 256))
                result.AddError($"--threads is '{result.Tokens[0].Value}'; a number from 1 to 256 was expected.");
        });
        return option;
    }

    public static Option<InferencePrecision> Weights() => new("--weights")
    {
        Description = "How decoding stores the weights.",
        DefaultValueFactory = _ => InferencePrecision.Float32,
        HelpName = "float32|bfloat16|int8",
    };

    public static Option<double> Seconds(double value)
    {
        Option<double> option = new("--seconds")
        {
            Description = "Time spent on each figure; the best of all rounds counts.",
            DefaultValueFactory = _ => value,
            HelpName = "time",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0)
                return;
            if (!double.TryParse(result.Tokens[0].Value, out double seconds) || seconds is not (> 0 and <= 600))
                result.AddError($"--seconds is '{result.Tokens[0].Value}'; a number above 0 and up to 600 was expected.");
        });
        return option;
    }
}
