using Microsoft.Extensions.Logging;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>The autoregressive test: changing a later token must not move earlier logits.</summary>
internal static class CausalityTest
{
    private const int LongestSequence = 32;
    private const double Tolerance = 1e-4;

    /// <summary>Tests a module with its filters active. Selectors that look ahead by their definition are reported instead.</summary>
    /// <exception cref="InvalidOperationException">The module claims to be causal and is not.</exception>
    public static void Run(LanguageModule module, ITransformerKernels kernels, Device device, ILogger logger)
    {
        if (module.NonCausalSelectors is { Count: > 0 } selectors)
        {
            logger.LogWarning(
                "Token selectors that are not causal ({Selectors}): the loss sees later tokens, and generation will be refused.",
                string.Join("; ", selectors));
            return;
        }
        double moved = LargestMove(module, kernels, device);
        if (moved > Tolerance)
            throw new InvalidOperationException($"The model is not autoregressive: changing a token moved earlier logits by {moved}.");
        logger.LogDebug("Autoregressive test passed: earlier hidden rows moved by {Moved}", moved);
    }

    /// <summary>How far hidden rows before a changed token move.</summary>
    internal static double LargestMove(LanguageModule module, ITransformerKernels kernels, Device device)
    {
        int length = Math.Min(LongestSequence, module.Options.Context);
        if (length < 2)
            return 0;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        int changed = length / 2;
        var tokens = Enumerable.Range(0, length).Select(i => (long)(i * 7919 % module.Options.VocabularySize)).ToArray();
        var before = Hidden(tokens);
        for (int i = changed; i < length; i++)
            tokens[i] = (tokens[i] + 1 + i) % module.Options.VocabularySize;
        var after = Hidden(tokens);
        return (before - after).narrow(0, 0, changed).abs().max().item<float>();

        Tensor Hidden(long[] ids) => module.Hidden(
            tensor(ids, device: device).unsqueeze(0),
            new ForwardPass(module.Options.LayerCount) { FilterTokens = true, Attention = new SelfAttentionPath(kernels) });
    }
}
