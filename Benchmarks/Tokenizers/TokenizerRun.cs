using System.Diagnostics;
using System.Text;
using Microsoft.ML.Tokenizers;
using Tef.Core.Tokenization;

namespace Tef.Benchmarks.Tokenizers;

/// <summary>Training and encoding of one kind of tokenizer, here and by SentencePiece's programs in turns.</summary>
internal sealed class TokenizerRun(string kind, CorpusFile corpus, int vocabulary, int threads, bool peer, string folder)
{
    public const string ByteLevel = "byte-bpe";

    private Func<string, int>? _encode;

    /// <summary>Times both in turns; what is said is the median of the rounds.</summary>
    /// <param name="rounds">How often each is timed.</param>
    public TokenizerReport Measure(int rounds)
    {
        var training = new List<double>();
        var peerTraining = new List<double>();
        string prefix = Path.Combine(folder, kind);
        for (int round = 0; round < rounds; round++)
        {
            training.Add(Time(() => _encode = Train()));
            if (peer)
                peerTraining.Add(SentencePieceTools.Train(PeerKind, corpus.Path, vocabulary, threads, prefix));
        }

        string[] lines = File.ReadAllLines(corpus.Path);
        long bytes = Math.Min(corpus.Bytes, 20_000_000);
        lines = First(lines, bytes, out bytes);
        string sample = Path.Combine(folder, "sample.txt");
        File.WriteAllLines(sample, lines, new UTF8Encoding(false));
        string document = string.Join('\n', lines);
        var encoding = new List<double>();
        var peerEncoding = new List<double>();
        long tokens = 0;
        for (int round = 0; round < rounds; round++)
        {
            encoding.Add(Time(() => tokens = kind == ByteLevel ? _encode!(document) : lines.Sum(line => (long)_encode!(line))));
            if (peer)
                peerEncoding.Add(SentencePieceTools.Encode(prefix, sample));
        }

        return new TokenizerReport(
            kind, Math.Round(corpus.Bytes / 1e6, 2), vocabulary, threads, Median(training), peer ? Median(peerTraining) : null,
            bytes / 1e6 / Median(encoding), peer ? bytes / 1e6 / Median(peerEncoding) : null, (double)bytes / tokens);
    }

    private string PeerKind => kind == "unigram" ? "unigram" : "bpe";

    private Func<string, int> Train()
    {
        IEnumerable<string> lines = File.ReadLines(corpus.Path);
        if (kind == ByteLevel)
        {
            BpeVocabulary learnt = new BpeTrainer(new BpeTrainerOptions { VocabularySize = vocabulary, Threads = threads }).Train(lines);
            learnt.Save(folder);
            var encoder = new BpeEncoder(learnt);
            return text =>
            {
                var ids = new List<int>(text.Length / 3);
                encoder.Encode(text, ids);
                return ids.Count;
            };
        }

        var options = new SentencePieceTrainerOptions
        {
            Kind = kind == "unigram" ? SentencePieceKind.Unigram : SentencePieceKind.Bpe,
            VocabularySize = vocabulary,
            Threads = threads,
        };
        string path = Path.Combine(folder, kind + "-here.model");
        new SentencePieceTrainer(options).Train(lines).Save(path);
        using FileStream file = File.OpenRead(path);
        var tokenizer = SentencePieceTokenizer.Create(file);
        return text => tokenizer.EncodeToIds(text).Count;
    }

    private static string[] First(string[] lines, long limit, out long bytes)
    {
        bytes = 0;
        int count = 0;
        while (count < lines.Length && bytes < limit)
            bytes += Encoding.UTF8.GetByteCount(lines[count++]) + 1;
        return lines[..count];
    }

    private static double Time(Action action)
    {
        long started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);
}
