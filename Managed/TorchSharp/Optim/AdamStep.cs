using TorchSharp.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>The moving averages of one parameter.</summary>
internal interface IAdamMoments
{
    ref long Step { get; }

    Tensor First { get; }

    Tensor Second { get; }
}

/// <summary>The numbers of a step. Decoupled decay (AdamW) shrinks the weights; else it is added to the gradient.</summary>
internal readonly record struct AdamRule(
    double LearningRate, double Beta1, double Beta2, double Epsilon, double WeightDecay, bool IsDecoupled, bool Maximize);

/// <summary>A step of Adam or AdamW over many parameters at once.</summary>
internal sealed class AdamStep : IDisposable
{
    private readonly List<AdamWParameter> batch = [];
    private readonly List<TensorImpl> held = [];

    internal static void Check(double lr, double beta1, double beta2, double eps, double weightDecay, bool amsgrad)
    {
        if (lr < 0)
            throw new ArgumentException($"Invalid learning rate: expected at least 0, found {lr}.", nameof(lr));
        if (beta1 is < 0 or >= 1 || beta2 is < 0 or >= 1)
            throw new ArgumentException($"Invalid betas: expected numbers from 0 to 1, found {beta1} and {beta2}.", nameof(beta1));
        if (eps < 0)
            throw new ArgumentException($"Invalid epsilon: expected at least 0, found {eps}.", nameof(eps));
        if (weightDecay < 0)
            throw new ArgumentException($"Invalid weight decay: expected at least 0, found {weightDecay}.", nameof(weightDecay));
        if (amsgrad)
            throw new NotSupportedException("amsgrad is not available in the managed engine.");
    }

    internal unsafe void Run(IEnumerable<(Parameter Parameter, IAdamMoments Moments)> parameters, AdamRule rule)
    {
        // Parameters that joined later are at another step; each step number is a batch of its own.
        foreach (var group in parameters.Where(p => p.Parameter.Impl.Meta?.Grad is not null).GroupBy(p => ++p.Moments.Step))
        {
            foreach (var (parameter, moments) in group)
                Add(parameter, moments, rule);
            Kernels.AdamW.Step(
                System.Runtime.InteropServices.CollectionsMarshal.AsSpan(batch),
                new AdamWSettings(
                    (float)rule.LearningRate, (float)rule.Beta1, (float)rule.Beta2, (float)rule.Epsilon,
                    rule.IsDecoupled ? (float)rule.WeightDecay : 0, group.Key, rule.Maximize ? -1 : 1));
            Dispose();
        }
    }

    public void Dispose()
    {
        held.ForEach(impl => impl.Release());
        held.Clear();
        batch.Clear();
    }

    private unsafe void Add(Parameter parameter, IAdamMoments moments, AdamRule rule)
    {
        TensorImpl value = parameter.Impl, grad = value.Meta!.Grad!;
        if (value.DType != ScalarType.Float32 || !value.IsContiguous)
            throw new NotSupportedException(
                $"The optimizer updates contiguous Float32 parameters, found {value.DType} of shape {Shapes.Text(value.Shape)}.");
        TensorImpl gradient = Elementwise.Contiguous(grad, ScalarType.Float32);
        if (!rule.IsDecoupled && rule.WeightDecay != 0)
        {
            TensorImpl factor = Elementwise.Number(rule.WeightDecay * (rule.Maximize ? -1 : 1), ScalarType.Float32);
            TensorImpl decay = Elementwise.Binary<MultiplyOp>(value, factor, ScalarType.Float32);
            Elementwise.AddTo(decay, gradient);
            factor.Release();
            gradient.Release();
            gradient = decay;
        }
        held.Add(gradient);
        value.Storage.BumpVersion();
        batch.Add(new AdamWParameter
        {
            Value = value.As<float>(),
            Gradient = gradient.As<float>(),
            Moment1 = moments.First.FloatPointer,
            Moment2 = moments.Second.FloatPointer,
            Count = value.Count,
        });
    }
}
