namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>The median step time of a model beside that of the dense one.</summary>
/// <param name="Model">The model.</param>
/// <param name="Milliseconds">The median of its steps.</param>
/// <param name="OfDense">Over that of the dense model.</param>
/// <param name="Arithmetic">Its floating-point operations at the shares that were kept, over those of the dense model.</param>
/// <param name="Kept">Share of tokens that each block computed.</param>
internal sealed record StepTime(string Model, double Milliseconds, double OfDense, double Arithmetic, float[] Kept);
