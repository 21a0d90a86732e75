using System.Runtime.Versioning;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using Tef.Benchmarks.Verbs;
using Tef.Core.Models;
using TorchSharp.Kernels;

namespace Tef.Tests.Benchmarks;

/// <summary>The verbs as a user calls them, with models that take no time; what they measure is not looked at.</summary>
[NonParallelizable]
public sealed class CommandLineTests
{
    private static readonly string[] Tiny =
    [
        "--layers", "1", "--dim", "16", "--heads", "2", "--ctx", "8", "--batch", "2", "--vocab", "40", "--steps", "1", "--new-tokens", "2",
        "--threads", "1",
    ];

    private static readonly string[] PeerKeys =
    [
        "peer", "mode", "dtype", "layers", "dim", "heads", "ctx", "batch", "vocab", "threads", "params_M", "median_ms", "tokens_per_s",
    ];

    private int _threads;

    [SetUp]
    public void SetUp() => _threads = ThreadTeam.Threads;

    [TearDown]
    public void TearDown() => ThreadTeam.Threads = _threads;

    [TestCase("train", "fp32")]
    [TestCase("decode", "fp32")]
    [TestCase("decode", "bf16", "--weights", "bfloat16")]
    [TestCase("decode", "int8", "--weights", "Int8")]
    public void TrainAndDecodePrintThePeersKeys(string verb, string type, params string[] more)
    {
        var report = RunJson([verb, "--json", .. Tiny, .. more]);

        Assert.That(report.EnumerateObject().Select(property => property.Name), Is.EqualTo(PeerKeys));
        Assert.That(report.GetProperty("mode").GetString(), Is.EqualTo(verb));
        Assert.That(report.GetProperty("dtype").GetString(), Is.EqualTo(type));
        Assert.That(report.GetProperty("dim").GetInt32(), Is.EqualTo(16));
        Assert.That(report.GetProperty("tokens_per_s").GetDouble(), Is.Positive);
    }

    [Test]
    public void PrecisionPrintsWhatFewerBitsCost()
    {
        string text = Path.Combine(TestContext.CurrentContext.WorkDirectory, "precision.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("a short text to learn. ", 20)));
        var report = RunJson(["precision", "--json", "--text", text, .. Tiny]);

        Assert.That(report.GetProperty("perplexity").GetDouble(), Is.GreaterThan(1));
        var rows = report.GetProperty("weights").EnumerateArray().ToArray();
        Assert.That(rows.Select(row => row.GetProperty("dtype").GetString()), Is.EqualTo(new[] { "bf16", "int8" }));
        foreach (var row in rows)
            Assert.That(Math.Abs(row.GetProperty("change").GetDouble()), Is.LessThan(0.01));
    }

    [TestCase("train", "gemm")]
    [TestCase("decode", "matrix-vector")]
    [TestCase("decode", "matrix-vector, stored weights", "--weights", "int8")]
    public void ProfilesSayWhereTheTimeGoes(string mode, string kernel, params string[] more)
    {
        var report = RunJson(["profile", "--json", "--mode", mode, .. Tiny, .. more]);
        var rows = report.GetProperty("kernels").EnumerateArray().ToArray();

        Assert.That(rows.Select(row => row.GetProperty("kernel").GetString()), Has.Member(kernel).And.Member("other"));
        Assert.That(rows.Sum(row => row.GetProperty("share").GetDouble()), Is.EqualTo(1).Within(0.01));
        Assert.That(rows.Single(row => row.GetProperty("kernel").GetString() == kernel).GetProperty("gflops").GetDouble(), Is.Positive);
    }

    [Test]
    public void TrainingAsksTheSystemForNothingOnceUnderWay()
    {
        var report = RunJson(["memory", "--json", .. Tiny]);

        Assert.That(report.GetProperty("native_growth_bytes_per_step").GetInt64(), Is.Zero);
        Assert.That(report.GetProperty("native_peak_mb").GetDouble(), Is.Positive);
        Assert.That(report.GetProperty("page_faults_per_step").ValueKind, Is.EqualTo(File.Exists("/proc/self/stat") ? JsonValueKind.Number : JsonValueKind.Null));
    }

    [Test]
    public void ScalingComparesThreads()
    {
        var report = RunJson(["scaling", "--json", .. Tiny]);

        Assert.That(report.GetProperty("ratio").GetDouble(), Is.Positive);
        Assert.That(report.GetProperty("threads").GetInt32(), Is.EqualTo(1));
    }

    [TestCase("fp32")]
    [TestCase("int8", "--weights", "Int8")]
    public void DecodingIsSetBesideTheBandwidthOfMemory(string type, params string[] more)
    {
        var report = RunJson(["decode", "--bandwidth", "--json", .. Tiny, .. more]);

        Assert.That(report.GetProperty("dtype").GetString(), Is.EqualTo(type));
        Assert.That(report.GetProperty("read_gb_s").GetDouble(), Is.Positive);
        Assert.That(report.GetProperty("share").GetDouble(), Is.Positive);
    }

    /// <summary>The stand-in for Python is a shell script, which Windows does not run.</summary>
    [Test]
    [Platform("Linux,MacOsX")]
    [UnsupportedOSPlatform("windows")]
    public void ComparedSidesRunInProcessesOfTheirOwn()
    {
        // A stand-in for Python that has torch: it prints what the peer would.
        string python = Path.Combine(TestContext.CurrentContext.WorkDirectory, "python-stand-in");
        File.WriteAllText(python, "#!/bin/sh\ncase \"$3\" in train|decode) echo '{\"peer\":\"stand-in\",\"tokens_per_s\":1.0}';; *) echo 100;; esac\n");
        File.SetUnixFileMode(python, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var work = new ComparedWork("tiny", "train", new ModelSize(1, 16, 2, 8, 2, 40), InferencePrecision.Float32);

        Assert.That(PythonPeer.Handicap(python), Is.Null);
        var row = new Comparison(python, threads: 1, rounds: 2, steps: 1, newTokens: 1).Run([work]).Single();

        Assert.That(row.Peer, Is.EqualTo("stand-in"));
        Assert.That(row.Ratios, Has.Length.EqualTo(2).And.All.Positive);
        Assert.That(row.OursMegabytes, Is.Positive);
    }

    [Test]
    public void TokenizersAreTrainedAndTimed()
    {
        var report = RunJson(["tokenizers", "--json", "--megabytes", "0.05", "--vocabulary", "600", "--rounds", "1", "--threads", "1"]);
        var rows = report.GetProperty("rows").EnumerateArray().ToArray();

        Assert.That(rows.Select(row => row.GetProperty("Kind").GetString()), Is.EqualTo(new[] { "byte-bpe", "bpe", "unigram" }));
        foreach (var row in rows)
        {
            Assert.That(row.GetProperty("BytesPerToken").GetDouble(), Is.InRange(1, 10));
            Assert.That(
                row.GetProperty("PeerTrainSeconds").ValueKind,
                Is.EqualTo(report.GetProperty("peer").GetBoolean() ? JsonValueKind.Number : JsonValueKind.Null));
        }
    }

    [Test]
    public void LoadingSaysWhatItTakes()
    {
        var report = RunJson(["load", "--json", .. Tiny[..^2]]);

        // 40 tokens and 1024 positions of 16, a block of 12·16² weights and 13·16 biases and norms, and the last norm.
        Assert.That(report.GetProperty("params_M").GetDouble(), Is.EqualTo((((40 + 1024) * 16) + (12 * 256) + (13 * 16) + 32) / 1e6).Within(0.01));
        Assert.That(report.GetProperty("peak_over_weights").GetDouble(), Is.Positive);
    }

    [TestCase("tokenizers", "--kinds", "words", "words")]
    [TestCase("tokenizers", "--megabytes", "0", "--megabytes")]
    [TestCase("tokenizers", "--rounds", "0", "--rounds")]
    [TestCase("tokenizers", "--text", "no-such-file.txt", "no-such-file.txt")]
    [TestCase("load", "--folder", "no-such-folder", "no-such-folder")]
    [TestCase("compare", "--rounds", "0", "--rounds")]
    [TestCase("compare", "--modes", "sleep", "sleep")]
    [TestCase("decode", "--weights", "int4", "int4")]
    [TestCase("train", "--layers", "0", "--layers")]
    [TestCase("train", "--steps", "many", "--steps")]
    [TestCase("peak", "--threads", "0", "--threads")]
    [TestCase("peak", "--seconds", "-1", "--seconds")]
    [TestCase("gemm", "--model", "huge", "huge")]
    [TestCase("profile", "--mode", "sleep", "sleep")]
    [TestCase("precision", "--text", "no-such-file.txt", "no-such-file.txt")]
    [TestCase("train", "--no-such-option", "1", "--no-such-option")]
    [TestCase("no-such-verb", "--json", "", "no-such-verb")]
    public void BadOptionsAreNamedOnTheErrorStream(string verb, string option, string value, string named)
    {
        var (code, _, error) = Run([verb, option, value]);

        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain(named));
    }

    [Test]
    public void ModelsThatCannotBeAreOneLineOnTheErrorStream()
    {
        var (code, output, error) = Run(["train", "--layers", "1", "--dim", "10", "--heads", "3", "--vocab", "20", "--threads", "1"]);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Is.Empty);
        Assert.That(error, Does.StartWith("error: ").And.Contains("Heads"));
    }

    private static JsonElement RunJson(string[] arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.That(code, Is.Zero, error);
        return JsonDocument.Parse(output).RootElement;
    }

    private static (int Code, string Output, string Error) Run(string[] arguments)
    {
        TextWriter output = Console.Out, error = Console.Error;
        using var newOutput = new StringWriter();
        using var newError = new StringWriter();
        Console.SetOut(newOutput);
        Console.SetError(newError);
        try
        {
            return (CommandRunner.Run(arguments), newOutput.ToString(), newError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
