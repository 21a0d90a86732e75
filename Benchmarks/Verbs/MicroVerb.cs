using System.CommandLine;
using BenchmarkDotNet.Running;

namespace Tef.Benchmarks.Verbs;

/// <summary>The BenchmarkDotNet classes of this assembly.</summary>
internal static class MicroVerb
{
    public static Command Create()
    {
        Argument<string[]> rest = new("arguments")
        {
            Description = "Passed on to BenchmarkDotNet, after --, for example: micro -- --filter *Gemm*",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Command command = new("micro", "Single kernels under BenchmarkDotNet.") { rest };
        command.SetAction(parsed =>
        {
            BenchmarkSwitcher.FromAssembly(typeof(MicroVerb).Assembly).Run(parsed.GetValue(rest) ?? []);
        });
        return command;
    }
}
