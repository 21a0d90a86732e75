using System.CommandLine;
using Tef.Benchmarks.Filtering.Lab;
using Tef.Core.IO;

namespace Tef.Benchmarks.Filtering;

/// <summary>Draws the results page anew from the results of runs, without training.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        Option<DirectoryInfo> results = new("--results")
        {
            Description = "The folder with the results of runs, tables, step times and kernel times.",
            DefaultValueFactory = _ => new DirectoryInfo("docs/tef/results"),
            HelpName = "folder",
        };
        results.AcceptExistingOnly();
        Option<FileInfo> page = new("--page")
        {
            Description = "The page whose marked parts are replaced; plots go to the folder of the same name.",
            DefaultValueFactory = _ => new FileInfo("docs/tef.md"),
            HelpName = "file",
        };
        page.AcceptExistingOnly();
        Command command = new("report", "Fills the tables of the results page and draws its plots.") { results, page };
        command.SetAction(parsed =>
        {
            string file = parsed.GetValue(page)!.FullName;
            var report = new ResultsPage(parsed.GetValue(results)!.FullName);
            string plots = Path.Combine(Path.GetDirectoryName(file)!, Path.GetFileNameWithoutExtension(file));
            AtomicFile.WriteAllText(file, report.Fill(File.ReadAllText(file)));
            report.Draw(plots);
            Console.WriteLine($"{file}: {report.Runs} runs");
        });
        return command;
    }
}
