using System.CommandLine;
using Tef.Cli.CommandLine;
using Tef.Cli.Output;
using Tef.Core.Reports;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef report</c>: compares runs on one page.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Argument<string[]> runs = new("RUN") { Description = "Run folders.", Arity = ArgumentArity.OneOrMore };
        Option<string?> output = CommonOptions.Text("--out", "FILE", "The page. [default: report.html]");
        output.Aliases.Add("-o");
        Option<string?> title = CommonOptions.Text("--title", "TEXT", "What the page is called. [default: the names of the runs]");
        Option<bool> json = CommonOptions.Json();
        Command command = new("report", "Compares runs on one page of HTML: curves, tokens kept, samples, configurations.") { runs, output, title, json };
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            string page = result.GetValue(output) ?? "report.html";
            IReadOnlyList<string> problems = RunComparison.Write(result.GetValue(runs)!, page, result.GetValue(title));
            if (printer.Json)
            {
                Printer.WriteJson(new { Page = Path.GetFullPath(page), Problems = problems });
                return ExitCode.Success;
            }

            foreach (string problem in problems)
                printer.Field("left out", problem);
            printer.Field("page", Path.GetFullPath(page));
            return ExitCode.Success;
        });
        return command;
    }
}
