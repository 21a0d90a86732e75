using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tef.Tests.Tensors;

/// <summary>Every operation with a gradient, against finite differences.</summary>
public class GradientTests
{
    private static Tensor Mask =>
        tensor(new[,] { { true, false, true, true }, { false, true, false, true }, { true, true, false, false } });
    private static Tensor Picks => tensor(new long[] { 2, 0, 2 });
    private static Tensor Places => tensor(new long[,] { { 0, 2, 1, 0 }, { 2, 2, 0, 1 } });

    private static IEnumerable<TestCaseData> Unary()
    {
        // Away from the points where a function has no slope.
        yield return Case("neg", x => -x, Any);
        yield return Case("abs", x => x.abs(), Any);
        yield return Case("square", x => x.square(), Any);
        yield return Case("exp", x => x.exp(), Any);
        yield return Case("log", x => x.log(), Positive);
        yield return Case("log1p", x => x.log1p(), Positive);
        yield return Case("log2", x => x.log2(), Positive);
        yield return Case("sqrt", x => x.sqrt(), Positive);
        yield return Case("rsqrt", x => x.rsqrt(), Positive);
        yield return Case("reciprocal", x => x.reciprocal(), Positive);
        yield return Case("tanh", x => x.tanh(), Any);
        yield return Case("sigmoid", x => x.sigmoid(), Any);
        yield return Case("erf", x => x.erf(), Any);
        yield return Case("sin", x => x.sin(), Any);
        yield return Case("cos", x => x.cos(), Any);
        yield return Case("relu", x => x.relu(), Any);
        yield return Case("silu", x => x.silu(), Any);
        yield return Case("gelu", x => x.gelu(), Any);
        yield return Case("softplus", x => x.softplus(), Any);
        yield return Case("softplus with beta", x => x.softplus(2), Any);
        yield return Case("log_sigmoid", x => x.log_sigmoid(), Any);
        yield return Case("leaky_relu", x => x.leaky_relu(0.1), Any);
        yield return Case("floor", x => x.floor() + x, Any);
        yield return Case("round", x => x.round() * x, Any);
        yield return Case("sign", x => x.sign() * x, Any);
        yield return Case("clamp", x => x.clamp(-0.5, 0.7), Any);
        yield return Case("clamp below", x => x.clamp_min(0.1), Any);
        yield return Case("pow 3", x => x.pow(3), Any);
        yield return Case("pow 0.7", x => x.pow(0.7), Positive);
        yield return Case("pow 0", x => x.pow(0) + x, Positive);
        yield return Case("numbers", x => (((2 * x) + 1) / 3) - (4 / x) - (x - 0.5) + (1 - x), Positive);
        yield return Case("nan_to_num", x => x.nan_to_num(), Any);

        yield return Case("sum", x => x.sum(), Any);
        yield return Case("sum of rows", x => x.sum(1), Any);
        yield return Case("sum of columns, kept", x => x.sum(0, keepdim: true), Any);
        yield return Case("mean", x => x.mean() + x.mean([0]).sum(), Any);
        yield return Case("prod", x => x.prod(1), Positive);
        yield return Case("amax", x => x.amax(1) + x.amin(1), Any);
        yield return Case("max", x => x.max() - x.min(), Any);
        yield return Case("max along", x => x.max(1).values + x.min(1, keepdim: true).values.sum(), Any);
        yield return Case("var", x => x.var() + x.var(1).sum(), Any);
        yield return Case("std", x => x.std(1, unbiased: false), Any);
        yield return Case("norm", x => x.norm() + x.norm(1, false, 1).sum(), Any);
        yield return Case("norm 3", x => x.norm(0, true, 3), Any);
        yield return Case("logsumexp", x => x.logsumexp(1) + x.logsumexp(0, keepdim: true).sum(), Any);
        yield return Case("cumsum", x => x.cumsum(0) * x.cumsum(1), Any);
        yield return Case("softmax", x => x.softmax(1) * x.softmax(0), Any);
        yield return Case("log_softmax", x => x.log_softmax(-1), Any);
        yield return Case("sort", x => x.sort(1, descending: true).Values * arange(4).to_type(x.dtype), Any);
        yield return Case("topk", x => x.topk(2).values * 3, Any);

        yield return Case("transpose", x => x.t() * x.transpose(0, 1), Any);
        yield return Case("permute", x => x.unsqueeze(0).permute(2, 0, 1).square(), Any);
        yield return Case("view", x => x.view(2, 6).square(), Any);
        yield return Case("reshape of a transpose", x => x.t().reshape(2, 6).square(), Any);
        yield return Case("flatten", x => x.flatten().square(), Any);
        yield return Case("squeeze", x => x.unsqueeze(1).squeeze().square(), Any);
        yield return Case("expand", x => x.unsqueeze(1).expand(3, 2, 4) * 2, Any);
        yield return Case("narrow", x => x.narrow(1, 1, 2).square(), Any);
        yield return Case("slice with steps", x => x.slice(1, 0, 4, 2).square() * x.slice(0, 1, 2, 1).sum(), Any);
        yield return Case("select", x => x.select(0, 1) * x[2], Any);
        yield return Case("split", x => x.split([1, 3], 1)[1].square().sum(1) + x.split([1, 3], 1)[0].squeeze(), Any);
        yield return Case("chunk, one unused", x => x.chunk(2, 1)[1].square(), Any);
        yield return Case("unbind", x => x.unbind(1)[0] * x.unbind(1)[3], Any);
        yield return Case("diagonal", x => x.diagonal() * x.diagonal(1).sum(), Any);
        yield return Case("as_strided", x => x.as_strided([2, 3], [4, 1], 1).square(), Any);
        yield return Case("unfold", x => x.unfold(1, 2, 1).square(), Any);
        yield return Case("flip", x => x.flip(0, 1) * x, Any);
        yield return Case("roll", x => x.roll(1, 1) * x, Any);
        yield return Case("repeat", x => x.repeat(2, 1, 2).square(), Any);
        yield return Case("repeat_interleave", x => x.repeat_interleave(2, 0).square(), Any);
        yield return Case("pad", x => functional.pad(x, [1, 2, -1, 1], value: 0.5).square(), Any);
        yield return Case("tril", x => x.tril() * x.triu(1).sum(), Any);
        yield return Case("clone", x => x.clone() * x.contiguous(), Any);

        yield return Case("index", x => x[TensorIndex.Ellipsis, TensorIndex.Slice(1, 3)].square(), Any);
        yield return Case("index by tensors", x => x[Picks, tensor(new long[] { 1, 3, 3 })].square(), Any);
        yield return Case("index by mask", x => x[Mask].square(), Any);
        yield return Case("index_select", x => x.index_select(0, Picks).square(), Any);
        yield return Case("gather", x => x.gather(0, Places).square(), Any);
        yield return Case("take_along_dim", x => x.take_along_dim(x.argsort(1).detach(), 1) * arange(4).to_type(x.dtype), Any);
        yield return Case("masked_fill", x => x.masked_fill(Mask, 2) * x, Any);
        yield return Case("masked_select", x => x.masked_select(Mask).square(), Any);
        yield return Case(
            "scatter of itself",
            x => zeros(3, 4, x.dtype).scatter(0, tensor(new long[,] { { 0, 2, 1, 0 }, { 2, 1, 0, 1 } }), x.narrow(0, 0, 2)), Any);

        yield return Case("in place", x => (x * 1).mul_(x).add_(x).sub_(2).div_(3), Any);
        yield return Case(
            "in place functions", x => (x * 1).exp_() + (x * 1).sigmoid_() + (x * 1).tanh_() + (x * 1).relu_() + (x * 1).neg_(), Any);
        yield return Case("in place through a view", x => InView(x), Any);
        yield return Case("copy_", x => zeros_like(x).copy_(x.square()), Any);
        yield return Case("fill_ of a part", x => FillPart(x), Any);
        yield return Case("masked_fill_", x => (x * x).masked_fill_(Mask, 3), Any);
        yield return Case("index_put_", x => PutInto(x), Any);
    }

    private static IEnumerable<TestCaseData> Binary()
    {
        long[][] shapes = [[3, 4], [4], [3, 1], [1, 4], [], [2, 3, 4]];
        foreach (long[] shape in shapes)
        {
            string text = $"[{string.Join(", ", shape)}]";
            yield return Case2($"add {text}", (a, b) => a + b, [3, 4], shape);
            yield return Case2($"sub {text}", (a, b) => a - b, [3, 4], shape);
            yield return Case2($"mul {text}", (a, b) => a * b, [3, 4], shape);
            yield return Case2($"div {text}", (a, b) => a / b, [3, 4], shape);
            yield return Case2($"where {text}", (a, b) => where(Mask, a, b), [3, 4], shape);
            yield return Case2($"maximum {text}", (a, b) => a.maximum(b) - a.minimum(b), [3, 4], shape);
        }
        yield return Case2("pow", (a, b) => a.pow(b), [3, 4], [4]);
        yield return Case2("add with alpha", (a, b) => a.add(b, 0.5), [3, 4], [4]);
        yield return Case2("lerp", (a, b) => a.lerp(b, tensor(0.3, a.dtype)), [3, 4], [3, 4]);
        yield return Case2("addcmul", (a, b) => a.addcmul(b, a, 0.5), [3, 4], [3, 4]);
        yield return Case2("mm", (a, b) => a.mm(b), [3, 4], [4, 5]);
        yield return Case2("mm of transposes", (a, b) => b.t().mm(a.t()), [3, 4], [4, 5]);
        yield return Case2("bmm", (a, b) => a.bmm(b), [2, 3, 4], [2, 4, 5]);
        yield return Case2("bmm of transposes", (a, b) => a.transpose(1, 2).bmm(b.transpose(1, 2)), [2, 4, 3], [2, 5, 4]);
        yield return Case2("matmul 3 by 2", (a, b) => a.matmul(b), [2, 3, 4], [4, 5]);
        yield return Case2("matmul broadcast", (a, b) => a.matmul(b), [2, 1, 3, 4], [3, 4, 2]);
        yield return Case2("matmul vector", (a, b) => a.matmul(b), [2, 3, 4], [4]);
        yield return Case2("matmul from vector", (a, b) => a.matmul(b), [4], [2, 4, 3]);
        yield return Case2("dot", (a, b) => a.dot(b), [5], [5]);
        yield return Case2("outer", (a, b) => a.outer(b), [3], [4]);
        yield return Case2("cat", (a, b) => cat([a, b, a], 1), [3, 4], [3, 2]);
        yield return Case2("stack", (a, b) => stack([a, b], 1).square(), [3, 4], [3, 4]);
        yield return Case2("scatter_add", (a, b) => a.scatter_add(0, Places, b), [3, 4], [2, 4]);
        yield return Case2("scatter", (a, b) => a.scatter(1, tensor(new long[,] { { 0, 2 }, { 3, 1 } }), b), [3, 4], [2, 2]);
        yield return Case2("index_add", (a, b) => a.index_add(0, Picks, b, 2), [3, 4], [3, 4]);
        yield return Case2("index_copy", (a, b) => a.index_copy(0, tensor(new long[] { 2, 0 }), b), [3, 4], [2, 4]);
        yield return Case2("masked_scatter", (a, b) => a.masked_scatter(Mask, b), [3, 4], [8]);
        yield return Case2("embedding", (a, b) => functional.Embed(tensor(new long[,] { { 1, 0 }, { 1, 2 } }), a) * b, [3, 4], [4]);
        yield return Case2("linear", (a, b) => functional.linear(a, b), [2, 3, 4], [5, 4]);
        yield return Case2("mse_loss", (a, b) => functional.mse_loss(a, b), [3, 4], [3, 4]);
        yield return Case2(
            "attention over other keys", (a, b) => functional.scaled_dot_product_attention(a, b, b), [2, 2, 3, 4], [2, 2, 5, 4]);
        yield return Case2(
            "attention of transposed heads",
            (a, b) => functional.scaled_dot_product_attention(a.transpose(1, 2), b.transpose(1, 2), a.transpose(1, 2), is_casual: true),
            [2, 3, 2, 4], [2, 3, 2, 4]);
        yield return Case2(
            "attention with a mask", (a, b) => functional.scaled_dot_product_attention(a, b, b, Mask), [2, 2, 3, 4], [2, 2, 4, 4]);
        yield return Case2(
            "three dimensions of attention", (a, b) => functional.scaled_dot_product_attention(a, a, b, is_casual: true), [2, 3, 4],
            [2, 3, 4]);
        yield return Case2("soft cross entropy", (a, b) => functional.cross_entropy(a, b.softmax(1)), [3, 4], [3, 4]);
        yield return Case2("bce with logits", (a, b) => functional.binary_cross_entropy_with_logits(a, b.sigmoid()), [3, 4], [3, 4]);
        yield return Case2("kl_div", (a, b) => functional.kl_div(a.log_softmax(1), b.log_softmax(1)), [3, 4], [3, 4]);
    }

    [TestCaseSource(nameof(Unary))]
    public void One_input(Func<Tensor, Tensor> function, Func<Tensor> values)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        GradientCheck.Run(x => function(x[0]), values());
    }

    [TestCaseSource(nameof(Binary))]
    public void Two_inputs(Func<Tensor, Tensor, Tensor> function, long[] first, long[] second)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        GradientCheck.Run(x => function(x[0], x[1]), rand(first, ScalarType.Float64) + 0.3, rand(second, ScalarType.Float64) + 0.3);
    }

    [Test]
    public void Layer_norm([Values] bool affine)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        Tensor x = randn([2, 3, 8], ScalarType.Float64), weight = randn([8], ScalarType.Float64), bias = randn([8], ScalarType.Float64);
        if (affine)
            GradientCheck.Run(t => functional.layer_norm(t[0], [8], t[1], t[2]), x, weight, bias);
        else
            GradientCheck.Run(t => functional.layer_norm(t[0], [3, 8]), x);
    }

    [Test]
    public void Addmm_with_and_without_bias_form()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        Tensor bias = randn([5], ScalarType.Float64), full = randn([3, 5], ScalarType.Float64);
        Tensor a = randn([3, 4], ScalarType.Float64), b = randn([4, 5], ScalarType.Float64), c = randn([5, 4], ScalarType.Float64);
        GradientCheck.Run(t => t[0].addmm(t[1], t[2]), bias, a, b);
        GradientCheck.Run(t => t[0].addmm(t[1], t[2], 0.5f, 2), full, a, b);
        GradientCheck.Run(t => functional.linear(t[1], t[2], t[0]), bias, a, c);
        GradientCheck.Run(t => functional.linear(t[1] * 2, t[2] * 2, t[0] * 2), bias, a, c);
        GradientCheck.Run(t => functional.layer_norm(t[0], [5], t[1] * 2, t[1] * 3), full, bias);
    }

    [Test]
    public void Cross_entropy([Values(0, 0.1)] double smoothing, [Values] Reduction reduction, [Values] bool weighted)
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        Tensor target = tensor(new long[] { 3, -100, 0, 1, 4 });
        Tensor weight = rand([5], ScalarType.Float64) + 0.5;
        GradientCheck.Run(
            t => functional.cross_entropy(t[0], target, weighted ? weight.to_type(t[0].dtype) : null, -100, reduction, smoothing),
            randn([5, 5], ScalarType.Float64));
    }

    [Test]
    public void Cross_entropy_over_positions()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        Tensor target = randint(4, [2, 3], ScalarType.Int64);
        GradientCheck.Run(t => functional.cross_entropy(t[0], target), randn([2, 4, 3], ScalarType.Float64));
        GradientCheck.Run(t => functional.nll_loss(t[0].log_softmax(1), target), randn([2, 4, 3], ScalarType.Float64));
    }

    private static Tensor InView(Tensor x)
    {
        Tensor y = x * 1;
        y.narrow(1, 1, 2).mul_(x.narrow(1, 0, 2));
        y[0].add_(x[1]);
        return y * x;
    }

    private static Tensor FillPart(Tensor x)
    {
        Tensor y = x.square();
        y[1].fill_(3);
        return y;
    }

    private static Tensor PutInto(Tensor x)
    {
        Tensor y = x * 2;
        y[TensorIndex.Slice(0, 2), TensorIndex.Single(1)] = x[TensorIndex.Slice(1, 3), TensorIndex.Single(0)].square();
        return y.index_put_(x[0].narrow(0, 0, 3), [TensorIndex.Tensor(Picks), TensorIndex.Tensor(tensor(new long[] { 0, 1, 3 }))], true);
    }

    private static Tensor Any() => randn([3, 4], ScalarType.Float64);

    private static Tensor Positive() => rand([3, 4], ScalarType.Float64) + 0.3;

    private static TestCaseData Case(string name, Func<Tensor, Tensor> function, Func<Tensor> values) =>
        new TestCaseData(function, values).SetName($"Gradient of {name}");

    private static TestCaseData Case2(string name, Func<Tensor, Tensor, Tensor> function, long[] first, long[] second) =>
        new TestCaseData(function, first, second).SetName($"Gradients of {name}");
}
