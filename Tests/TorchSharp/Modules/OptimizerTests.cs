using TorchSharp;
using TorchSharp.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Decayed = TorchSharp.Modules.AdamW;

namespace Tef.Tests.Tensors;

public class OptimizerTests
{
    private static readonly double[] start = [0.5, -1.25, 2];
    private static readonly double[][] gradients = [[0.1, -0.2, 0.3], [0.4, 0.1, -0.6], [-0.3, 0.2, 0.05]];

    [Test]
    public void AdamW_follows_its_formula([Values(0, 0.1)] double decay)
    {
        double[] w = [.. start], m = new double[3], v = new double[3];
        for (int t = 1; t <= gradients.Length; t++)
        {
            for (int i = 0; i < 3; i++)
            {
                double g = gradients[t - 1][i];
                w[i] -= 0.01 * decay * w[i];
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.95 * v[i]) + (0.05 * g * g);
                w[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.95, t))) + 1e-8);
            }
        }
        Check(p => optim.AdamW([p], 0.01, 0.9, 0.95, weight_decay: decay), w);
    }

    [Test]
    public void Adam_adds_decay_to_the_gradient()
    {
        double[] w = [.. start], m = new double[3], v = new double[3];
        for (int t = 1; t <= gradients.Length; t++)
        {
            for (int i = 0; i < 3; i++)
            {
                double g = gradients[t - 1][i] + (0.1 * w[i]);
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.999 * v[i]) + (0.001 * g * g);
                w[i] -= 0.01 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }
        }
        Check(p => optim.Adam([p], 0.01, weight_decay: 0.1), w);
    }

    [Test]
    public void SGD_has_momentum([Values] bool nesterov)
    {
        double[] w = [.. start], b = new double[3];
        for (int t = 0; t < gradients.Length; t++)
        {
            for (int i = 0; i < 3; i++)
            {
                double g = gradients[t][i];
                b[i] = (0.9 * b[i]) + g;
                w[i] -= 0.1 * (nesterov ? g + (0.9 * b[i]) : b[i]);
            }
        }
        Check(p => optim.SGD([p], 0.1, momentum: 0.9, nesterov: nesterov), w);
    }

    [Test]
    public void Groups_have_settings_of_their_own()
    {
        using var scope = NewDisposeScope();
        Parameter a = Parameter(ones(2)), b = Parameter(ones(2));
        using var optimizer = optim.AdamW(
            [
                new Decayed.ParamGroup([a], new Decayed.Options { weight_decay = 0.5 }),
                new Decayed.ParamGroup([b], new Decayed.Options { weight_decay = 0 }),
            ],
            lr: 0.1);
        foreach (var group in optimizer.ParamGroups)
        {
            Assert.That((group.LearningRate, group.InitialLearningRate), Is.EqualTo((0.1, 0.1)));
            group.LearningRate = 0.2;
        }
        a.grad = zeros(2);
        b.grad = zeros(2);
        optimizer.step();
        Assert.That(a[0].item<float>(), Is.EqualTo(0.9).Within(1e-6));
        Assert.That(b[0].item<float>(), Is.EqualTo(1).Within(1e-6));
        Assert.That(optimizer.parameters().Count(), Is.EqualTo(2));
    }

    [Test]
    public void Bad_settings_are_refused()
    {
        using Parameter p = Parameter(ones(1));
        Assert.That(() => optim.AdamW([p], -1), Throws.ArgumentException.With.Message.Contains("learning rate"));
        Assert.That(() => optim.AdamW([p], beta1: 1), Throws.ArgumentException);
        Assert.That(() => optim.SGD([p], -1), Throws.ArgumentException);
    }

    [Test]
    public void Gradients_are_clipped_together()
    {
        using var scope = NewDisposeScope();
        Parameter a = Parameter(ones(2)), b = Parameter(ones(1)), without = Parameter(ones(1));
        a.grad = tensor(new[] { 3f, 0f });
        b.grad = tensor(new[] { 4f });
        Assert.That(utils.clip_grad_norm_([a, b, without], 10), Is.EqualTo(5).Within(1e-6));
        Assert.That(a.grad![0].item<float>(), Is.EqualTo(3));
        Assert.That(utils.clip_grad_norm_([a, b], 1), Is.EqualTo(5).Within(1e-6));
        Assert.That(b.grad!.item<float>(), Is.EqualTo(0.8).Within(1e-5));
        Assert.That(utils.clip_grad_norm_([a, b], 1, double.PositiveInfinity), Is.EqualTo(0.8).Within(1e-5));
        utils.clip_grad_value_([a, b], 0.5);
        Assert.That(a.grad![0].item<float>(), Is.EqualTo(0.5));
    }

    [Test]
    public void A_steady_step_asks_the_system_for_nothing()
    {
        using var model = Sequential(Linear(64, 128), GELU(), LayerNorm(128), Linear(128, 32));
        using var optimizer = optim.AdamW(model.parameters(), 1e-3);
        using Tensor x = rand(32, 64), target = randint(32, [32], ScalarType.Int64);
        void Step()
        {
            using var scope = NewDisposeScope();
            functional.cross_entropy(model.call(x), target).backward();
            utils.clip_grad_norm_(model.parameters(), 1);
            optimizer.step();
            optimizer.zero_grad();
        }
        for (int i = 0; i < 5; i++)
            Step();
        long tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount, live = NativePool.LiveBytes, peak = NativePool.PeakBytes;
        for (int i = 0; i < 50; i++)
            Step();
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(tensors), "live tensors");
        Assert.That(NativePool.LiveBytes, Is.EqualTo(live), "live bytes");
        Assert.That(NativePool.PeakBytes, Is.EqualTo(peak), "bytes taken from the system");
    }

    private static void Check(Func<Parameter, optim.Optimizer> create, double[] expected)
    {
        using var scope = NewDisposeScope();
        Parameter p = Parameter(tensor(start, ScalarType.Float32));
        using optim.Optimizer optimizer = create(p);
        foreach (double[] gradient in gradients)
        {
            optimizer.zero_grad();
            p.grad = tensor(gradient, ScalarType.Float32);
            optimizer.step();
        }
        Assert.That(p.data<float>().ToArray().Select(v => (double)v), Is.EqualTo(expected).Within(1e-5));
    }
}
