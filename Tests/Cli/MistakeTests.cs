using Tef.Cli.CommandLine;
using Tef.Tests.Core;

namespace Tef.Tests.Cli;

/// <summary>A user's mistake costs one line on the error stream and exit code 1, never a stack trace.</summary>
[Parallelizable(ParallelScope.Children)]
public sealed class MistakeTests
{
    private const string Fit = "fit --set data.train=good.txt";

    [TestCase("", "Required command was not provided")]
    [TestCase("fitt", "Unrecognized command or argument 'fitt'")]
    [TestCase("fit --colour 3", "--colour")]
    [TestCase("fit", "data.train is not set")]
    [TestCase("fit -c nowhere.yaml", "nowhere.yaml")]
    [TestCase("fit -c broken.yaml", "broken.yaml, line 3")]
    [TestCase("fit -c unknown.yaml", "unknown.yaml, line 2, column 3: unknown option 'training.batchsiz'; did you mean 'batchSize'?")]
    [TestCase("fit -c wrong-type.yaml", "wrong-type.yaml, line 2")]
    [TestCase("fit -c bad-range.yaml", "bad-range.yaml, line 2")]
    [TestCase("fit -c loop.yaml", "includes itself")]
    [TestCase("fit -c includes-nothing.yaml", "there is no configuration file 'nothing.yaml' to include")]
    [TestCase("fit --set training.batchSize", "name.name=value")]
    [TestCase("fit --set trainig.epochs=1", "did you mean 'training'?")]
    [TestCase("fit --set tef.selector.kind=budgett", "did you mean 'budget'?")]
    [TestCase("fit --set model.width=30 --set model.heads=4", "Width must be a multiple of Heads")]
    [TestCase("fit --set data.train=nowhere.txt", "data.train: There is no file or folder 'nowhere.txt'")]
    [TestCase("fit --set data.train=empty.txt", "contains no text")]
    [TestCase("fit --set data.train=broken.jsonl", "broken.jsonl")]
    [TestCase(Fit + " --out good.txt", "good.txt")]
    [TestCase(Fit + " --out good.txt/below", "cannot be written")]
    [TestCase(Fit + " --set run.device=warp", "warp")]
    [TestCase(Fit + " --set run.backend=other", "No backend is named 'other'")]
    [TestCase(Fit + " --set tokenizer.path=nowhere", "nowhere")]
    [TestCase(Fit + " --set run.startFrom=nowhere", "There is no model 'nowhere'")]
    [TestCase("generate nowhere", "There is no model 'nowhere'")]
    [TestCase("generate .", "holds no model")]
    [TestCase("generate good.txt", "is no checkpoint")]
    [TestCase("generate damaged", "config.json")]
    [TestCase("generate . --temperature 0", "--temperature must be a number above 0")]
    [TestCase("generate . --greedy --temperature 2", "--greedy")]
    [TestCase("validate nowhere --data good.txt", "There is no model 'nowhere'")]
    [TestCase("export nowhere out --type F12", "--type must be one of F32, BF16, F16, but is 'F12'")]
    [TestCase("tokenizer train good.txt", "--out")]
    [TestCase("tokenizer train good.txt --out words --vocabulary 10", "--vocabulary must be a whole number")]
    [TestCase("tokenizer train good.txt --out words --kind Words", "--kind must be one of ByteLevelBpe")]
    [TestCase("tokenizer train good.txt --out words --set tokenizer.sentencePiece.maxPieceLength=99", "MaxPieceLength must be between 1 and 32")]
    [TestCase("tokenizer train good.txt --out words --kind SentencePieceBpe --set tokenizer.sentencePiece.rules=nothing.model", "nothing.model")]
    [TestCase("tokenizer decode nowhere 1 2", "nowhere")]
    [TestCase("fit --resume nowhere", "There is no checkpoint 'nowhere'")]
    [TestCase("fit --resume good.txt --restart", "--restart has no meaning")]
    [TestCase("clearml send nowhere", "'nowhere' is no run folder")]
    [TestCase("config explain training.batchsizes", "did you mean 'training.batchSize'?")]
    [TestCase("completion fish", "fish")]
    public void IsOneClearLine(string arguments, string message)
    {
        using var folder = new TemporaryFolder();
        folder.Write("good.txt", "Once there was a fox.\n<|endoftext|>\nOnce there was a hen.\n");
        folder.Write("empty.txt", "");
        folder.Write("broken.jsonl", "{\"body\": \"Once there was a fox.\"}\nOnce there was a hen.\n");
        folder.Write("broken.yaml", "training:\n  batchSize: [1\n");
        folder.Write("unknown.yaml", "training:\n  batchsiz: 4\n");
        folder.Write("wrong-type.yaml", "training:\n  batchSize: many\n");
        folder.Write("bad-range.yaml", "training:\n  batchSize: 0\n");
        folder.Write("loop.yaml", "include: loop.yaml\n");
        folder.Write("includes-nothing.yaml", "include: nothing.yaml\n");
        folder.Write("damaged/config.json", "{\"model_type\": \"gpt2\"");

        using ProgramProcess run = ProgramProcess.Run(
            typeof(CommandRunner).Assembly, folder.Path, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output + run.Error);
        Assert.That(run.Error, Does.StartWith("error: ").And.Contain(message).And.Not.Contain("\n"));
        Assert.That(run.Error, Does.Not.Contain("Exception").And.Not.Contain("(Parameter"));
    }

    [Test]
    public void CheckpointsOfAnotherModelAreNamed()
    {
        string folder = Workplace.CopyRun("other-model");
        string configuration = Workplace.PathOf(folder, "config.yaml"), record = Workplace.PathOf(folder, "run.json");
        string[] before = [File.ReadAllText(configuration), File.ReadAllText(record)];
        using ProgramProcess run = ProgramProcess.Run(
            typeof(CommandRunner).Assembly, Workplace.Folder,
            "fit", "-c", configuration, "--out", folder, "--set", "model.width=64", "--set", "training.maxSteps=9");
        Assert.That(run.ExitCode, Is.EqualTo(1), run.Output + run.Error);
        Assert.That(run.Error, Does.StartWith("error: ").And.Contain("another model").And.Contain("\"width\": 32").And.Not.Contain("\n"));
        Assert.That(new[] { File.ReadAllText(configuration), File.ReadAllText(record) }, Is.EqualTo(before), "the run is as it was");
    }
}
