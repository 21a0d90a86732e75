using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Models;
using Tef.Core.Data;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>Distance of a model's predictions from those of a teacher.</summary>
/// <param name="teacher">The teacher.</param>
/// <param name="kernels">What it computes with.</param>
/// <param name="settings">Weight and temperature.</param>
internal sealed class DistillationLoss(LanguageModule teacher, ITransformerKernels kernels, Distillation settings)
{
    /// <summary>The loss of the text and that of the teacher, each with its weight.</summary>
    /// <param name="loss">The loss of the text, a scalar.</param>
    /// <param name="inputs">Ids, int64 <c>[B, T]</c>.</param>
    /// <param name="pass">The student's pass over them.</param>
    /// <param name="logits">The student's logits, <c>[B·T, V]</c>.</param>
    /// <param name="targets">Ids of the next tokens, int64 <c>[B·T]</c>; rows without one do not count.</param>
    public Tensor Mix(Tensor loss, Tensor inputs, ForwardPass pass, Tensor logits, Tensor targets)
    {
        double temperature = settings.Temperature;
        var expected = (Logits(inputs, pass) / temperature).log_softmax(-1);
        var divergence = (expected.exp() * (expected - (logits / temperature).log_softmax(-1))).sum(-1);
        var counted = (targets != TokenBatch.IgnoredTarget).to_type(divergence.dtype);
        var distance = (divergence * counted).sum() / counted.sum();
        return (loss * (1 - settings.Weight)) + (distance * (settings.Weight * temperature * temperature));
    }

    private Tensor Logits(Tensor inputs, ForwardPass pass)
    {
        using var noGrad = no_grad();
        var own = new ForwardPass(teacher.Options.LayerCount)
        {
            FilterTokens = teacher.FiltersTokens,
            Runs = pass.Runs,
            Positions = pass.Positions,
            Real = pass.Real,
            Attention = new SelfAttentionPath(kernels),
        };
        return teacher.Logits(teacher.Hidden(inputs, own), null);
    }
}
