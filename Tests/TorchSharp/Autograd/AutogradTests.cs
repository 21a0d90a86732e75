using TorchSharp;
using TorchSharp.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tef.Tests.Tensors;

public class AutogradTests
{
    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void Gradients_accumulate_until_they_are_zeroed()
    {
        Parameter w = Parameter(ones(2, 2));
        Tensor x = tensor(new[,] { { 1f, 2f }, { 3f, 4f } });
        x.mm(w).sum().backward();
        x.mm(w).sum().backward();
        Assert.That(w.grad!.data<float>().ToArray(), Is.EqualTo(new float[] { 8, 8, 12, 12 }));
        using var optimizer = optim.SGD([w], 0.1);
        Tensor seen = w.grad!;
        optimizer.zero_grad();
        Assert.That(seen.data<float>().ToArray(), Is.All.Zero);
        (w * 2).sum().backward();
        Assert.That(w.grad!.data<float>().ToArray(), Is.All.EqualTo(2));
        seen.Dispose();
        optimizer.zero_grad();
        Assert.That(w.grad!.data<float>().ToArray(), Is.All.Zero);
        optimizer.zero_grad();
        x.mm(w).sum().backward();
        Assert.That(w.grad!.data<float>().ToArray(), Is.EqualTo(new float[] { 4, 4, 6, 6 }));
    }

    [Test]
    public void A_graph_is_walked_once_unless_retained()
    {
        Tensor x = ones(3).requires_grad_(), y = (x * x).sum();
        y.backward(retain_graph: true);
        y.backward();
        Assert.That(x.grad!.data<float>().ToArray(), Is.All.EqualTo(4));
        Assert.That(() => y.backward(), Throws.InvalidOperationException.With.Message.Contains("second time"));
    }

    [Test]
    public void Only_a_number_starts_without_a_gradient()
    {
        Tensor x = ones(3).requires_grad_();
        Assert.That(() => (x * 2).backward(), Throws.InvalidOperationException.With.Message.Contains("one element"));
        Assert.That(() => ones(1).backward(), Throws.InvalidOperationException.With.Message.Contains("does not require"));
        (x * 2).backward([tensor(new float[] { 1, 2, 3 })]);
        Assert.That(x.grad!.data<float>().ToArray(), Is.EqualTo(new float[] { 2, 4, 6 }));
    }

    [Test]
    public void No_grad_records_nothing()
    {
        Tensor x = ones(3).requires_grad_();
        using (no_grad())
        {
            Assert.That(is_grad_enabled(), Is.False);
            Assert.That((x * 2).requires_grad, Is.False);
            using (enable_grad())
                Assert.That((x * 2).requires_grad, Is.True);
            x.mul_(2);
        }
        Assert.That(is_grad_enabled(), Is.True);
        using (inference_mode())
            Assert.That((is_inference_mode_enabled(), (x * 2).requires_grad), Is.EqualTo((true, false)));
        Assert.That((x * 2).detach().requires_grad, Is.False);
    }

    [Test]
    public void Changes_in_place_are_noticed()
    {
        Tensor x = ones(3).requires_grad_();
        Assert.That(() => x.add_(1), Throws.InvalidOperationException.With.Message.Contains("leaf"));
        Tensor y = x * 1, z = (y * y).sum();
        y.add_(1);
        Assert.That(() => z.backward(), Throws.InvalidOperationException.With.Message.Contains("in place"));
    }

    [Test]
    public void Inner_gradients_are_kept_on_request()
    {
        Tensor x = ones(3).requires_grad_(), y = x * 3;
        y.retain_grad();
        (y * y).sum().backward();
        Assert.That(y.grad!.data<float>().ToArray(), Is.All.EqualTo(6));
        Assert.That((x.is_leaf, y.is_leaf), Is.EqualTo((true, false)));
    }

    [Test]
    public void Grad_returns_gradients_without_storing_them()
    {
        Tensor x = full(2, 3f).requires_grad_(), w = full(2, 5f).requires_grad_(), y = x * w, unused = ones(1).requires_grad_();
        var gradients = autograd.grad([(y * y).sum()], [x, y], retain_graph: true);
        Assert.That(gradients[0].data<float>().ToArray(), Is.All.EqualTo(2 * 3 * 25));
        Assert.That(gradients[1].data<float>().ToArray(), Is.All.EqualTo(30));
        Assert.That(x.grad, Is.Null);
        Assert.That(() => autograd.grad([y.sum()], [unused]), Throws.InvalidOperationException);
    }

    [Test]
    public void A_long_chain_neither_overflows_nor_leaks()
    {
        long before = NativePool.LiveBytes;
        using (NewDisposeScope())
        {
            Tensor x = ones(1).requires_grad_(), y = x;
            for (int i = 0; i < 50_000; i++)
                y = y + 1;
            y.backward();
            Assert.That(x.grad!.item<float>(), Is.EqualTo(1));
        }
        Assert.That(NativePool.LiveBytes, Is.EqualTo(before));
    }

    [Test]
    public void A_graph_that_is_dropped_gives_its_memory_back_at_once()
    {
        using Tensor x = rand(100, 100).requires_grad_();
        long before = NativePool.LiveBytes;
        using (NewDisposeScope())
            _ = (x.exp().mm(x).tanh() * x).softmax(1).sum();
        Assert.That(NativePool.LiveBytes, Is.EqualTo(before));
    }

    [Test]
    public void Saved_values_are_freed_as_the_walk_passes()
    {
        using Tensor x = rand(100, 100).requires_grad_();
        x.sum().backward();
        long before = NativePool.LiveBytes;
        Tensor loss;
        using (NewDisposeScope())
            loss = x.exp().tanh().sigmoid().sum().MoveToOuterDisposeScope();
        Assert.That(NativePool.LiveBytes - before, Is.GreaterThan(100_000));
        loss.backward();
        Assert.That(NativePool.LiveBytes - before, Is.LessThan(1000));
    }

    [Test]
    public void Users_write_functions_of_their_own()
    {
        Tensor x = tensor(new[] { 1f, 2f, 3f }).requires_grad_();
        Tensor y = Cube.apply(x);
        Assert.That(y.data<float>().ToArray(), Is.EqualTo(new float[] { 1, 8, 27 }));
        y.sum().backward();
        Assert.That(x.grad!.data<float>().ToArray(), Is.EqualTo(new float[] { 3, 12, 27 }));
        var both = SumAndDifference.apply(x, x * 2);
        (both[1] * 5).sum().backward();
        Assert.That(x.grad!.data<float>().ToArray(), Is.EqualTo(new float[] { -2, 7, 22 }));
        using Tensor big = rand(1000).requires_grad_();
        big.sum().backward();
        long before = NativePool.LiveBytes;
        using (NewDisposeScope())
            Cube.apply(big).sum().backward();
        Assert.That(NativePool.LiveBytes, Is.EqualTo(before));
    }

    [Test]
    public void Fused_operations_enter_through_a_door()
    {
        Tensor a = tensor(new[] { 1f, 2f }).requires_grad_(), b = tensor(new[] { 3f, 4f }).requires_grad_();
        Tensor product;
        using (no_grad())
            product = a * b;
        Fused.Record(product, [a, b], [a, b], (node, g) => [node.Needs(0) ? g * node.Saved(1) : null, g * node.Saved(0)]);
        product.sum().backward();
        Assert.That(a.grad!.data<float>().ToArray(), Is.EqualTo(new float[] { 3, 4 }));
        Assert.That(b.grad!.data<float>().ToArray(), Is.EqualTo(new float[] { 1, 2 }));
        Tensor plain = Fused.Record(ones(2), [ones(2)], g => [g]);
        Assert.That(plain.requires_grad, Is.False);
    }

    [Test]
    public void Inference_from_several_threads_over_shared_weights_agrees()
    {
        manual_seed(1);
        using var layer = Linear(16, 16);
        using Tensor x = rand(4, 16), expected = layer.call(x);
        float[] wanted = expected.data<float>().ToArray();
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 200; i++)
            {
                using var inner = NewDisposeScope();
                using var quiet = no_grad();
                if (!layer.call(x).data<float>().ToArray().AsSpan().SequenceEqual(wanted))
                    throw new InvalidOperationException("A thread computed something else.");
            }
        });
    }

    private sealed class Cube : autograd.SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            return x.pow(3);
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
            [grad_output * ctx.get_saved_variables()[0].square() * 3];
    }

    private sealed class SumAndDifference : autograd.MultiTensorFunction<SumAndDifference>
    {
        public override string Name => nameof(SumAndDifference);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars) =>
            [(Tensor)vars[0] + (Tensor)vars[1], (Tensor)vars[0] - (Tensor)vars[1]];

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
            [grad_outputs[0] + grad_outputs[1], grad_outputs[0] - grad_outputs[1]];
    }
}
