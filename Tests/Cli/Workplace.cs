using System.Text.Json;
using Tef.Cli.CommandLine;
using Tef.Samples.Quickstart.Stories;
using Tef.Tests.Core;

namespace Tef.Tests.Cli;

/// <summary>The command as a user calls it, in a folder with texts and a model that was trained once for all tests here.</summary>
[SetUpFixture]
internal sealed class Workplace
{
    private static TemporaryFolder? s_folder;

    /// <summary>Sizes and limits of a model that takes no time.</summary>
    public static string[] Tiny { get; } =
    [
        "--set", "model.layers=3", "--set", "model.width=32", "--set", "model.heads=2", "--set", "model.context=48", "--set", "model.dropout=0",
        "--set", "tokenizer.vocabularySize=320", "--set", "training.batchSize=4", "--set", "training.epochs=0", "--set", "training.maxSteps=6",
        "--set", "training.minutes=0", "--set", "training.gradientAccumulation=1", "--set", "training.warmupSteps=2",
        "--set", "training.sequenceLength=0", "--set", "run.threads=1",
    ];

    /// <summary>The folder of all runs; <c>train.txt</c>, <c>valid.txt</c> and <c>documents.jsonl</c> lie in it.</summary>
    public static string Folder => s_folder!.Path;

    /// <summary>The run folder of the trained model, relative to <see cref="Folder"/>.</summary>
    public static string Run => "trained";

    public static string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);

    /// <summary>A copy of the trained run, for tests that write into it.</summary>
    public static string CopyRun(string name)
    {
        foreach (string file in Directory.GetFiles(PathOf(Run), "*", SearchOption.AllDirectories))
        {
            string target = PathOf(name, Path.GetRelativePath(PathOf(Run), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return name;
    }

    /// <summary>Runs the program and expects success.</summary>
    public static string Call(params string[] arguments) => CallWithInput(null, arguments);

    public static string CallWithInput(string? input, params string[] arguments)
    {
        using ProgramProcess process = ProgramProcess.RunWithInput(typeof(CommandRunner).Assembly, Folder, input, arguments);
        Assert.That(process.ExitCode, Is.Zero, $"tef {string.Join(' ', arguments)}\n{process.Output}\n{process.Error}");
        Assert.That(process.Output, Does.Not.Contain("\u001b"));
        return process.Output;
    }

    public static JsonElement CallJson(params string[] arguments) =>
        JsonDocument.Parse(Call([.. arguments, "--json"])).RootElement;

    [OneTimeSetUp]
    public void Train()
    {
        s_folder = new TemporaryFolder();
        StoryCorpus.Write(PathOf("train.txt"), 30_000, PathOf("valid.txt"), 3_000, seed: 11);
        s_folder.Write("documents.jsonl", """
            {"body": "Once there was a fox who lived in a wood and looked for a friend.", "meta": "fox"}
            {"body": "A hen found a seed and asked who would help her to plant it.", "meta": "hen"}
            {"body": "The moon rose over the hill and the owl began to tell a story."}

            """);
        Call(
        [
            "fit", "-c", "tinystories", "-c", "tefs/routed", "--set", "data.train=train.txt", "--set", "data.valid=valid.txt",
            .. Tiny, "--set", "training.validationInterval=3", "--set", "tef.maskWarmupSteps=1", "--set", "generation.maxNewTokens=8",
            "--out", Run,
        ]);
    }

    [OneTimeTearDown]
    public void Remove() => s_folder?.Dispose();
}
