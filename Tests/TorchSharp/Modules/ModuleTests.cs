using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tef.Tests.Tensors;

public class ModuleTests
{
    [Test]
    public void Components_are_registered_under_the_names_of_fields()
    {
        using var model = new Model();
        Assert.That(
            model.named_parameters().Select(p => p.name),
            Is.EqualTo(
                new[] { "scale", "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "norm.weight", "norm.bias" }));
        Assert.That(model.named_buffers().Select(b => b.name), Is.EqualTo(new[] { "steps" }));
        Assert.That(model.named_children().Select(c => c.name), Is.EqualTo(new[] { "layers", "norm", "drop" }));
        Assert.That(model.named_modules().Select(c => c.name), Is.EqualTo(new[] { "layers", "norm", "drop", "layers.0", "layers.1" }));
        Assert.That(model.state_dict().Keys, Has.Count.EqualTo(8));
        Assert.That(model.get_parameter("layers.1.bias"), Is.Not.Null);
        Assert.That(model.has_buffer("steps"), Is.True);
    }

    [Test]
    public void A_module_outlives_the_scope_that_it_was_made_in()
    {
        Model model;
        using (NewDisposeScope())
            model = new Model();
        using (model)
        using (NewDisposeScope())
            Assert.That(model.call(ones(2, 4)).shape, Is.EqualTo(new long[] { 2, 4 }));
        Assert.That(model.scale.IsInvalid, Is.True);
    }

    [Test]
    public void State_is_copied_and_checked()
    {
        using var scope = NewDisposeScope();
        using Model a = new(), b = new();
        b.load_state_dict(a.state_dict());
        a.eval();
        b.eval();
        Assert.That(b.call(ones(1, 4)).allclose(a.call(ones(1, 4))), Is.True);
        var state = a.state_dict();
        state["scale"] = ones(3);
        Assert.That(() => b.load_state_dict(state), Throws.ArgumentException.With.Message.Contains("'scale'"));
        state.Remove("scale");
        Assert.That(() => b.load_state_dict(state), Throws.InvalidOperationException.With.Message.Contains("missing [scale]"));
        Assert.That(b.load_state_dict(state, strict: false).missing_keys, Is.EqualTo(new[] { "scale" }));
    }

    [Test]
    public void Training_is_switched_for_all_parts()
    {
        using var scope = NewDisposeScope();
        using var model = new Model();
        Assert.That(model.drop.training, Is.True);
        model.eval();
        Assert.That((model.drop.training, model.layers[0].training), Is.EqualTo((false, false)));
        Assert.That(model.call(ones(1, 4)).allclose(model.call(ones(1, 4))), Is.True);
    }

    [Test]
    public void Dropout_scales_what_it_keeps_and_repeats_for_a_seed()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        Tensor x = ones(10_000).requires_grad_(), y = functional.dropout(x, 0.25);
        Assert.That(y.mean().item<float>(), Is.EqualTo(1).Within(0.03));
        Assert.That(y.data<float>().ToArray().Distinct().Order(), Is.EqualTo(new[] { 0f, 1 / 0.75f }).Within(1e-6));
        y.sum().backward();
        Assert.That(x.grad!.data<float>().ToArray(), Is.EqualTo(y.data<float>().ToArray()));
        manual_seed(5);
        Assert.That(functional.dropout(x, 0.25).data<float>().ToArray(), Is.EqualTo(y.data<float>().ToArray()));
        Assert.That(functional.dropout(x, 0.25, training: false).data<float>().ToArray(), Is.All.EqualTo(1));
        Assert.That(functional.dropout(ones(4, ScalarType.Float64), 0.5).dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(() => functional.dropout(x, 1.5), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Hooks_see_and_change_calls()
    {
        using var scope = NewDisposeScope();
        using var layer = Identity();
        var before = layer.register_forward_pre_hook((_, x) => x * 2);
        layer.register_forward_hook((_, x, y) => y + x);
        Assert.That(layer.call(ones(1)).item<float>(), Is.EqualTo(4));
        before.remove();
        Assert.That(layer.call(ones(1)).item<float>(), Is.EqualTo(2));
    }

    [Test]
    public void A_sequence_runs_in_order()
    {
        using var scope = NewDisposeScope();
        using var sequence = Sequential(Linear(4, 8), GELU(), ("last", Linear(8, 2)).Item2);
        Tensor x = rand(3, 4);
        Tensor expected = sequence.children().Cast<Module<Tensor, Tensor>>().Aggregate(x, (y, step) => step.call(y));
        Assert.That(sequence.call(x).allclose(expected), Is.True);
    }

    [Test]
    public void Modules_convert()
    {
        using var scope = NewDisposeScope();
        using var model = new Model().to(ScalarType.BFloat16);
        Assert.That(model.parameters().Select(p => p.dtype), Is.All.EqualTo(ScalarType.BFloat16));
        Assert.That(model.parameters().Select(p => p.requires_grad), Is.All.True);
        Assert.That(() => model.to("cuda"), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("cuda"));
    }

    private sealed class Model : Module<Tensor, Tensor>
    {
        internal readonly Parameter scale;
        internal readonly ModuleList<Linear> layers;
        internal readonly LayerNorm norm;
        internal readonly Dropout drop;
        private readonly Tensor steps;

        internal Model()
            : base(nameof(Model))
        {
            scale = Parameter(rand(4));
            layers = ModuleList(Linear(4, 4), Linear(4, 4));
            norm = LayerNorm(4);
            drop = Dropout(0.5);
            steps = zeros(1);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => drop.call(norm.call(layers[1].call(layers[0].call(input * scale + steps))));
    }
}
