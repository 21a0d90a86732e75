namespace TorchSharp.Kernels;

/// <summary>Work over a range of indices, written for any width of vector.</summary>
internal interface ISimdBody
{
    /// <summary>Does the items <c>begin ≤ i &lt; end</c>.</summary>
    void Run<S>(long begin, long end)
        where S : struct, ISimd<S>;
}
