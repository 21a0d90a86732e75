using static TorchSharp.torch;

namespace Tef.Backends.Cuda.Filtering;

/// <summary>Packing rows, with its gradient: every packed row's gradient goes back to the row it came from.</summary>
internal sealed class CompactFunction : autograd.SingleTensorFunction<CompactFunction>
{
    public override string Name => nameof(CompactFunction);

    /// <param name="ctx">Keeps the index.</param>
    /// <param name="vars">Rows <c>[N, C]</c>, index <c>[K]</c>, and the kernels.</param>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (rows, index, kernels) = ((Tensor)vars[0], (Tensor)vars[1], (CudaTokenFilterKernels)vars[2]);
        ctx.save_for_backward([index]);
        ctx.save_data("rows", rows.shape[0]);
        ctx.save_data("kernels", kernels);
        return kernels.CompactRows(rows, index);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var kernels = (CudaTokenFilterKernels)ctx.get_data("kernels");
        var index = ctx.get_saved_variables()[0];
        return [kernels.CompactGradient(grad_output, index, (long)ctx.get_data("rows")), null!, null!];
    }
}
