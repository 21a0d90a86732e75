namespace Tef.Benchmarks.Tokenizers;

/// <summary>What one kind of tokenizer took; the peer's figures are null where SentencePiece is not installed.</summary>
/// <param name="Kind">byte-bpe, bpe or unigram; SentencePiece's BPE is the peer of the first two.</param>
/// <param name="Megabytes">Size of the text.</param>
/// <param name="Vocabulary">Tokens asked for.</param>
/// <param name="Threads">Threads of training.</param>
/// <param name="TrainSeconds">From the file of text to the file of the vocabulary.</param>
/// <param name="PeerTrainSeconds">The same by <c>spm_train</c>.</param>
/// <param name="EncodeMegabytesPerSecond">On one thread.</param>
/// <param name="PeerEncodeMegabytesPerSecond">By <c>spm_encode</c>, reading the file included.</param>
/// <param name="BytesPerToken">Of the text that was encoded.</param>
internal sealed record TokenizerReport(
    string Kind,
    double Megabytes,
    int Vocabulary,
    int Threads,
    double TrainSeconds,
    double? PeerTrainSeconds,
    double EncodeMegabytesPerSecond,
    double? PeerEncodeMegabytesPerSecond,
    double BytesPerToken);
