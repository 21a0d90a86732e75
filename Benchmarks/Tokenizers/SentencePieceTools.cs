using System.Diagnostics;
using Tef.Benchmarks.Measuring;

namespace Tef.Benchmarks.Tokenizers;

/// <summary>SentencePiece's own programs, where they are installed (Debian's package <c>sentencepiece</c>).</summary>
internal static class SentencePieceTools
{
    public const string Missing = "spm_train is not installed (Debian: apt-get install sentencepiece)";

    public static bool AreInstalled => ChildProcess.TryRun("spm_train", ["--help"]) is not null;

    /// <summary>Seconds of training a model on a file.</summary>
    public static double Train(string kind, string corpus, int vocabulary, int threads, string model) => Time(
        "spm_train",
        $"--input={corpus}", $"--model_prefix={model}", $"--model_type={kind}", $"--vocab_size={vocabulary}", $"--num_threads={threads}",
        "--byte_fallback=true", "--hard_vocab_limit=false", "--max_sentence_length=100000000", "--minloglevel=2");

    /// <summary>Seconds of encoding a file, one line after another.</summary>
    public static double Encode(string model, string corpus) =>
        Time("spm_encode", $"--model={model}.model", $"--input={corpus}", "--output=/dev/null", "--output_format=id");

    private static double Time(string program, params string[] arguments)
    {
        long started = Stopwatch.GetTimestamp();
        _ = ChildProcess.TryRun(program, arguments)
            ?? throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
