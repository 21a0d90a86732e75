namespace TorchSharp.Kernels;

/// <summary>Work over a range of indices. A struct, so that a parallel loop over it allocates nothing.</summary>
internal interface IRangeBody
{
    /// <summary>Does the items <c>begin ≤ i &lt; end</c>. Ranges start at multiples of the grain whoever runs them.</summary>
    void Run(long begin, long end);
}
