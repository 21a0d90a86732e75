using static TorchSharp.torch;

namespace Tef.Backends.Cuda.Filtering;

/// <summary>
/// Putting packed rows back, with its gradients: that of the packed rows is packed in the same way, that of all rows is zero where
/// packed ones took their places.
/// </summary>
internal sealed class ExpandFunction : autograd.SingleTensorFunction<ExpandFunction>
{
    public override string Name => nameof(ExpandFunction);

    /// <param name="ctx">Keeps the index and its inverse.</param>
    /// <param name="vars">Rows <c>[N, C]</c>, index <c>[K]</c>, packed rows <c>[K, C]</c>, and the kernels.</param>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, index, packed, kernels) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (CudaTokenFilterKernels)vars[3]);
        var inverse = kernels.Invert(index, rows.shape[0]);
        ctx.save_for_backward(inverse is null ? [index] : [index, inverse]);
        ctx.save_data("needs", (rows.requires_grad, packed.requires_grad));
        ctx.save_data("kernels", kernels);
        return kernels.ExpandRows(rows, index, inverse, packed);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var kernels = (CudaTokenFilterKernels)ctx.get_data("kernels");
        var saved = ctx.get_saved_variables();
        var (index, inverse) = (saved[0], saved.Count > 1 ? saved[1] : null);
        var (rows, packed) = ((bool, bool))ctx.get_data("needs");
        return
        [
            rows ? kernels.ExpandRows(grad_output, index, inverse, null) : null!,
            null!,
            packed ? kernels.CompactRows(grad_output, index) : null!,
            null!,
        ];
    }
}
