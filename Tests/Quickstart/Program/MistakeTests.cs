using Tef.Samples.Quickstart;
using Tef.Tests.Core;

namespace Tef.Tests.Quickstart.Program;

/// <summary>A user's mistake costs one line on the error stream and exit code 1, never a stack trace.</summary>
public sealed class MistakeTests
{
    [TestCase("--colour 3", "Unrecognized command or argument '--colour'")]
    [TestCase("story.txt", "Unrecognized command or argument 'story.txt'")]
    [TestCase("--minutes -1", "--minutes must be a number above 0, but is '-1'")]
    [TestCase("--minutes=0", "--minutes must be a number above 0, but is '0'")]
    [TestCase("--minutes ten", "--minutes must be a number above 0, but is 'ten'")]
    [TestCase("--layers 0", "--layers must be a whole number from 1 to 1000, but is '0'")]
    [TestCase("--layers 1.5", "--layers must be a whole number from 1 to 1000, but is '1.5'")]
    [TestCase("--threads 0", "--threads must be a whole number of at least 1, but is '0'")]
    [TestCase("--keep 1.5", "--keep must be a number above 0 and at most 1, but is '1.5'")]
    [TestCase("--learning-rate -0.1", "--learning-rate must be a number above 0, but is '-0.1'")]
    [TestCase("--data nowhere.txt", "--data: there is no file 'nowhere.txt'")]
    [TestCase("--data good.txt --valid nowhere.txt", "--valid: there is no file 'nowhere.txt'")]
    [TestCase("--valid good.txt", "--valid needs --data")]
    [TestCase("--data empty.txt", "'empty.txt' contains no text")]
    [TestCase("--data separators.txt --valid good.txt", "'separators.txt' contains no text")]
    [TestCase("--data good.txt --valid empty.txt", "'empty.txt' contains no text")]
    [TestCase("--data good.txt", "TefGpt2 needs at least")]
    [TestCase("--data broken.jsonl --valid good.txt", "line 2")]
    [TestCase("--data good.txt --width 30 --heads 4", "Width must be a multiple of Heads, but 30 is not a multiple of 4")]
    [TestCase("--out good.txt/below", "good.txt")]
    [TestCase("--json good.txt/result.json", "good.txt")]
    public void Is_one_clear_line(string arguments, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.txt", "Once there was a fox.\n<|endoftext|>\nOnce there was a hen.\n");
        folder.Write("empty.txt", "");
        folder.Write("separators.txt", "<|endoftext|>\n\n<|endoftext|>\n");
        folder.Write("broken.jsonl", "{\"body\": \"Once there was a fox.\"}\nOnce there was a hen.\n");

        using ProgramProcess run = ProgramProcess.Run(typeof(QuickstartRun).Assembly, folder.Path, arguments.Split(' '));

        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output + run.Error);
        Assert.That(run.Error, Does.StartWith("error: ").And.Contain(message).And.Not.Contain("\n"));
        Assert.That(run.Error, Does.Not.Contain("Exception").And.Not.Contain("(Parameter"));
    }

    [Test]
    public void Help_names_every_option_and_exit_code()
    {
        using var folder = new TemporaryFolder();
        using ProgramProcess run = ProgramProcess.Run(typeof(QuickstartRun).Assembly, folder.Path, "--help");
        Assert.That(run.ExitCode, Is.Zero);
        foreach (string word in new[] { "--data", "--valid", "--minutes", "--out", "--json", "--seed", "--prompt", "--threads", "130" })
            Assert.That(run.Output, Does.Contain(word));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }
}
