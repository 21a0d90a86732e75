using System.Text.RegularExpressions;
using Tef.Benchmarks.Verbs;
using Tef.Samples.Quickstart.CommandLine;

namespace Tef.Tests.Repository;

/// <summary>The README says what the program does: its commands parse, its folders exist, its second command is what CI runs.</summary>
public sealed partial class ReadmeTests
{
    internal static string Root { get; } = FindRoot();

    private static string Readme { get; } = File.ReadAllText(Path.Combine(Root, "README.md"));

    public static IEnumerable<string> Commands() =>
        BashBlock().Matches(Readme).SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    [TestCaseSource(nameof(Commands))]
    public void CommandIsUnderstood(string command)
    {
        if (command == "dotnet test -c Release")
        {
            Assert.That(File.ReadAllText(Path.Combine(Root, ".ci", "run")), Does.Contain(command));
            return;
        }

        var match = RunCommand().Match(command);
        Assert.That(match.Success, Is.True, "expected dotnet run -c Release --project FOLDER [-- ARGUMENTS]");
        string project = match.Groups["project"].Value;
        Assert.That(Directory.GetFiles(Path.Combine(Root, project), "*.csproj"), Has.Length.EqualTo(1));
        string[] arguments = match.Groups["arguments"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int exit = project switch
        {
            "Benchmarks" => CommandRunner.Root().Parse(arguments).Errors.Count,
            "Samples/Quickstart" => new QuickstartCommand(_ => 0).Invoke(arguments),
            _ => throw new InvalidOperationException($"The README runs {project}, which no test knows how to check."),
        };
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public void FoldersOfTheTourExist()
    {
        string[] folders = [.. TourRow().Matches(Readme).Select(row => row.Groups[1].Value)];
        Assert.That(folders, Is.Not.Empty);
        foreach (string folder in folders)
            Assert.That(Directory.Exists(Path.Combine(Root, folder)), Is.True, folder);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Tef.MLNet.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException("The tests do not lie inside the repository.");
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex BashBlock();

    [GeneratedRegex(@"^dotnet run -c Release --project (?<project>\S+)( -- (?<arguments>.*))?$")]
    private static partial Regex RunCommand();

    [GeneratedRegex(@"^\| `([A-Za-z./]+)/` \|", RegexOptions.Multiline)]
    private static partial Regex TourRow();
}
