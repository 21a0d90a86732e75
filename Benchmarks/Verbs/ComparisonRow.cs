namespace Tef.Benchmarks.Verbs;

/// <summary>One line of a comparison.</summary>
/// <param name="Work">What was compared.</param>
/// <param name="Peer">The peer and its version.</param>
/// <param name="Ours">Median tokens per second here.</param>
/// <param name="PeerSpeed">Median tokens per second of the peer.</param>
/// <param name="Ratio">Median over the rounds of ours over the peer's.</param>
/// <param name="Ratios">The ratio of each round.</param>
/// <param name="OursMegabytes">The most memory that our process held.</param>
/// <param name="PeerMegabytes">The most memory that the peer's process held.</param>
/// <param name="MemoryRatio">Ours over the peer's.</param>
internal sealed record ComparisonRow(
    string Work, string Peer, double Ours, double PeerSpeed, double Ratio, double[] Ratios, double OursMegabytes, double PeerMegabytes,
    double MemoryRatio);
