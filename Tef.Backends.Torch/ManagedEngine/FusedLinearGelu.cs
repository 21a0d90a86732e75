using TorchSharp;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary><c>gelu_new(x·W + b)</c>: bias and activation are applied to tiles that the product still holds in cache.</summary>
internal static unsafe class FusedLinearGelu
{
    /// <param name="input"><c>[N, I]</c>.</param>
    /// <param name="weight"><c>[I, O]</c>.</param>
    /// <param name="bias"><c>[O]</c>, or none.</param>
    /// <returns><c>[N, O]</c>.</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias)
    {
        var x = input.contiguous();
        int rows = (int)x.shape[0], inputs = (int)x.shape[1], outputs = (int)weight.shape[1];
        bool record = Fused.Needs(input, weight, bias);
        var result = empty(rows, outputs);
        var linear = record ? empty(rows, outputs) : null;
        Gemm.Multiply(
            false, false, rows, outputs, inputs, x.Impl.As<float>(), inputs, weight.Impl.As<float>(), outputs, 0f,
            result.Impl.As<float>(), outputs, 1f,
            new GemmEpilogue
            {
                Bias = bias is null ? null : bias.Impl.As<float>(),
                GeluTanh = true,
                PreActivation = linear is null ? null : linear.Impl.As<float>(),
                PreActivationStride = outputs,
            });
        return record ? Fused.Record(result, [input, weight, bias], [x, weight, linear], Backward, "LinearGelu") : result;
    }

    private static Tensor?[] Backward(Node node, Tensor gradient)
    {
        var x = node.Saved(0);
        var weight = node.Saved(1);
        var linear = node.Saved(2);
        int rows = (int)x.shape[0], inputs = (int)x.shape[1], outputs = (int)weight.shape[1];
        var outer = gradient.contiguous();
        var inner = empty(rows, outputs);
        float* d = inner.Impl.As<float>();
        Gelu.Backward(true, linear.Impl.As<float>(), outer.Impl.As<float>(), d, (long)rows * outputs);

        var dx = GradientTarget.Of(node, 0, x.shape);
        if (dx.IsNeeded)
        {
            Gemm.Multiply(
                false, true, rows, inputs, outputs, d, outputs, weight.Impl.As<float>(), outputs, dx.Accumulate ? 1f : 0f, dx.Data, inputs);
        }
        var dw = GradientTarget.Of(node, 1, weight.shape);
        if (dw.IsNeeded)
        {
            Gemm.Multiply(
                true, false, inputs, outputs, rows, x.Impl.As<float>(), inputs, d, outputs, dw.Accumulate ? 1f : 0f, dw.Data, outputs);
        }
        var db = GradientTarget.Of(node, 2, [outputs]);
        if (db.IsNeeded)
            ColumnSums.Run(d, outputs, rows, outputs, db.Data, db.Accumulate);
        return [dx.HandedOn, dw.HandedOn, db.HandedOn];
    }
}
