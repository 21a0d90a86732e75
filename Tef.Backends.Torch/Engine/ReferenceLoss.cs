using Tef.Core.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Tef.Backends.Torch.Engine;

/// <summary>Losses of logits in plain TorchSharp.</summary>
internal static class ReferenceLoss
{
    /// <param name="logits"><c>[N, V]</c>.</param>
    /// <param name="targets">int64 <c>[N]</c>, <see cref="TokenBatch.IgnoredTarget"/> for rows without one.</param>
    /// <param name="terms">What else the loss is made of.</param>
    public static LossParts Of(Tensor logits, Tensor targets, LossTerms terms)
    {
        // The mean over no rows would not be a number, which unlikely tokens are not to suffer from.
        bool counts = terms.Unlikely is null || targets.ne(TokenBatch.IgnoredTarget).any().item<bool>();
        var crossEntropy = counts
            ? F.cross_entropy(logits, targets, ignore_index: TokenBatch.IgnoredTarget, label_smoothing: terms.LabelSmoothing)
            : logits.sum() * 0;
        double mean = crossEntropy.item<float>();
        if (terms.Unlikely is not { } unlikely)
            return new LossParts(crossEntropy, mean, 0);
        var unlikelihood = Unlikelihood(logits, unlikely);
        return new LossParts(crossEntropy + (unlikelihood * terms.UnlikelyWeight), mean, unlikelihood.item<float>());
    }

    /// <summary>Cross-entropy of each row, and whether the target is the first among the highest logits.</summary>
    public static Tensor PerRow(Tensor logits, Tensor targets, Tensor? correct)
    {
        correct?.copy_(logits.argmax(-1).eq(targets));
        return F.cross_entropy(logits, targets, ignore_index: TokenBatch.IgnoredTarget, reduction: nn.Reduction.None);
    }

    private static Tensor Unlikelihood(Tensor logits, UnlikelyTokens unlikely)
    {
        long classes = logits.shape[1];
        var places = new long[unlikely.Tokens.Length];
        for (int row = 0; row + 1 < unlikely.Offsets.Length; row++)
        {
            for (int i = unlikely.Offsets[row]; i < unlikely.Offsets[row + 1]; i++)
                places[i] = (row * classes) + unlikely.Tokens[i];
        }
        if (places.Length == 0)
            return logits.sum() * 0;
        var likely = logits.softmax(-1).reshape(-1).index_select(0, tensor(places, device: logits.device));
        var losses = -(1 - likely).clamp(UnlikelyTokens.SmallestRest).log();
        return (losses * tensor(unlikely.Counts.ToArray(), device: logits.device)).sum() / unlikely.Total;
    }
}
