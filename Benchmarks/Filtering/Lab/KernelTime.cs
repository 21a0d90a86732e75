namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>A kernel in both implementations, in microseconds.</summary>
internal sealed record KernelTime(string Kernel, int Batch, int Length, double Reference, double Fused, double Ratio);

/// <summary>A training step with both implementations, in milliseconds.</summary>
internal sealed record TrainingTime(string Mode, double Reference, double Fused, double Saved);
