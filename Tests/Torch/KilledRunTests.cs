using System.Diagnostics;
using System.Globalization;
using Tef.Core.Checkpoints;
using Tef.Core.Training;
using Tef.Tests.Core;

namespace Tef.Tests.Torch;

/// <summary>Processes that train are killed, or find no room for their checkpoints, and others go on.</summary>
public sealed class KilledRunTests
{
    private const int Kills = 12;

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Killed_again_and_again_the_weights_are_those_of_a_run_that_was_not()
    {
        using var run = new TrainingRun();
        byte[] expected = run.Train(ResumableRun.Recipe.Model, ResumableRun.Recipe.Training).Weights;
        var random = new System.Random(23);
        long reached = 0;
        int killed = 0;
        while (killed < Kills)
        {
            using Process process = Start();
            // Some steps into the run, and then anywhere in a step: in its passes, or while its checkpoint is written.
            int steps = random.Next(1, 6);
            while (steps > 0 && process.StandardOutput.ReadLine() is { } line)
            {
                long step = long.Parse(line[ResumableRun.StepMark.Length..], CultureInfo.InvariantCulture);
                Assert.That(step, Is.GreaterThan(reached), "a checkpoint was lost");
                reached = step;
                steps--;
            }

            Thread.SpinWait(random.Next(2_000_000));
            process.Kill();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Not.Zero, $"The run ended before it was killed, at step {reached}.");
            killed++;
        }

        using Process last = Start();
        string output = last.StandardOutput.ReadToEnd();
        last.WaitForExit();
        Assert.That(last.ExitCode, Is.Zero, output);
        Assert.That(File.ReadAllBytes(_folder.File("weights")), Is.EqualTo(expected));
        Assert.That(Directory.GetFiles(_folder.File("run"), ".step-*"), Is.Empty, "what killed runs left is removed");
    }

    [Test]
    public void Without_room_the_checkpoint_before_is_used()
    {
        Assume.That(OperatingSystem.IsLinux(), "The size of files is limited by the shell.");
        using var run = new TrainingRun();
        byte[] expected = run.Train(ResumableRun.Recipe.Model, ResumableRun.Recipe.Training).Weights;

        // The best weights join the checkpoint with the first validation, and make it too large for the limit.
        var checkpoints = new CheckpointFolder(new CheckpointOptions { Folder = _folder.File("run") });
        using (Process first = Start())
        {
            first.StandardOutput.ReadLine();
            first.Kill();
            first.WaitForExit();
        }

        long blocks = (new FileInfo(checkpoints.TensorsPath(checkpoints.Steps[0])).Length / 512) + 8;
        using Process limited = Start(string.Create(CultureInfo.InvariantCulture, $"trap '' XFSZ; ulimit -f {blocks}; "));
        Task<string> error = limited.StandardError.ReadToEndAsync();
        limited.StandardOutput.ReadToEnd();
        limited.WaitForExit();
        Assert.That(limited.ExitCode, Is.EqualTo(2), error.Result);
        Assert.That(
            error.Result.TrimEnd(),
            Does.Match(@"^The checkpoint of step 7 could not be written to '.*': .* The checkpoint of step 6 stays\.$"));
        Assert.That(checkpoints.FindLatest()!.Step, Is.EqualTo(6));

        using Process last = Start();
        last.StandardOutput.ReadToEnd();
        last.WaitForExit();
        Assert.That(last.ExitCode, Is.Zero);
        Assert.That(File.ReadAllBytes(_folder.File("weights")), Is.EqualTo(expected));
    }

    private Process Start(string shell = "")
    {
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] command = [dotnet, typeof(KilledRunTests).Assembly.Location, "train", _folder.File("run"), _folder.File("weights")];
        if (shell.Length > 0)
            command = ["sh", "-c", shell + "exec \"$@\"", "sh", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The runtime maps code through a file of its own, which a limit for files would forbid.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        return Process.Start(start)!;
    }
}
