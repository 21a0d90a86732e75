using System.Reflection;
using System.Text.RegularExpressions;
using Tef.Benchmarks.Verbs;
using Tef.Samples.Quickstart.CommandLine;
using Tef.Samples.Quickstart.Stories;
using Tef.Tests.Core;
using TefCommands = Tef.Cli.CommandLine.CommandRunner;

namespace Tef.Tests.Repository;

/// <summary>The README says what the programs do: its commands parse and run, its folders exist, its test command is what CI runs.</summary>
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

        if (command.StartsWith("tef ", StringComparison.Ordinal))
        {
            Assert.That(TefCommands.Create().Parse(Words(command)[1..]).Errors.Select(error => error.Message), Is.Empty);
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

    /// <summary>Commands of other programs; the comparison with PyTorch, which takes minutes, is understood above and not run.</summary>
    public static IEnumerable<string> CommandsOfPrograms() => Commands()
        .Where(command => command.StartsWith("dotnet run", StringComparison.Ordinal) && !command.Contains(" compare", StringComparison.Ordinal));

    [TestCaseSource(nameof(CommandsOfPrograms))]
    public void CommandRuns(string command)
    {
        using var folder = new TemporaryFolder();
        StoryCorpus.Write(folder.File("stories.txt"), 100_000, folder.File("more.txt"), 2_000, seed: 5);
        Match match = RunCommand().Match(command);
        Assembly program = match.Groups["project"].Value == "Benchmarks" ? typeof(CommandRunner).Assembly : typeof(QuickstartCommand).Assembly;
        string[] words = Words(match.Groups["arguments"].Value);
        if (program == typeof(QuickstartCommand).Assembly && !words.Contains("--minutes"))
            words = [.. words, "--minutes", ""];

        // Small limits in the place of those that a reader has time for.
        for (int i = 0; i + 1 < words.Length; i++)
        {
            words[i + 1] = words[i] switch
            {
                "--minutes" => "0.1",
                "--megabytes" => "0.1",
                "--vocabulary" => "600",
                _ => words[i + 1],
            };
        }

        using ProgramProcess process = ProgramProcess.Run(program, folder.Path, words);
        Assert.That(process.ExitCode, Is.Zero, $"{command}\n{process.Output}\n{process.Error}");
    }

    [Test]
    public void CommandsOfTefRunOneAfterTheOther()
    {
        using var folder = new TemporaryFolder();
        StoryCorpus.Write(folder.File("stories.txt"), 20_000, folder.File("more.txt"), 2_000, seed: 5);
        string[] small =
        [
            "--set", "model.layers=3", "--set", "model.width=32", "--set", "model.heads=2", "--set", "model.context=48",
            "--set", "tokenizer.vocabularySize=320", "--set", "training.minutes=0", "--set", "training.maxSteps=3",
            "--set", "training.batchSize=2",
        ];
        string[] commands = [.. Commands().Where(command => command.StartsWith("tef ", StringComparison.Ordinal))];
        Assert.That(commands, Is.Not.Empty);
        foreach (string command in commands)
        {
            string[] words = Words(command)[1..];
            using ProgramProcess process = ProgramProcess.Run(
                typeof(TefCommands).Assembly, folder.Path, words[0] == "fit" ? [.. words, .. small] : words);
            Assert.That(process.ExitCode, Is.Zero, $"{command}\n{process.Output}\n{process.Error}");
        }
    }

    [Test]
    public void FoldersOfTheTourExist()
    {
        string[] folders = [.. TourRow().Matches(Readme).Select(row => row.Groups[1].Value)];
        Assert.That(folders, Is.Not.Empty);
        foreach (string folder in folders)
            Assert.That(Directory.Exists(Path.Combine(Root, folder)), Is.True, folder);
    }

    /// <summary>The words of a command; quotes hold words together.</summary>
    private static string[] Words(string command) =>
        [.. Word().Matches(command).Select(word => word.Value.Replace("\"", "", StringComparison.Ordinal))];

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

    [GeneratedRegex(@"(?:[^\s""]|""[^""]*"")+")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\| `([A-Za-z./]+)/` \|", RegexOptions.Multiline)]
    private static partial Regex TourRow();
}
