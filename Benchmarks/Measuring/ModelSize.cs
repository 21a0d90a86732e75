using Tef.Core.Models;

namespace Tef.Benchmarks.Measuring;

/// <summary>A GPT-2 and a batch, in the terms of the PyTorch peer's options.</summary>
internal sealed record ModelSize(int Layers, int Dim, int Heads, int Ctx, int Batch, int Vocab)
{
    /// <summary>6 layers of 256, the smaller reference model.</summary>
    public static ModelSize Small { get; } = new(6, 256, 8, 256, 16, 8192);

    /// <summary>GPT-2 124 M.</summary>
    public static ModelSize Large { get; } = new(12, 768, 12, 64, 4, 50257);

    /// <summary>The model's options; as many positions as the peer has, no dropout.</summary>
    public Gpt2Options Options => new()
    {
        Layers = Layers,
        Width = Dim,
        Heads = Heads,
        Context = Math.Max(Ctx, 1024),
        VocabularySize = Vocab,
        Dropout = 0,
    };

    /// <summary>Floating-point operations of a training step: two per multiply-add, forward and both gradients.</summary>
    public double TrainingFlops
    {
        get
        {
            double rows = (double)Batch * Ctx;
            double products = (12.0 * Layers * Dim * Dim) + ((double)Vocab * Dim);
            double attention = Layers * Dim * (double)(Ctx + 1);
            return 6 * rows * (products + attention);
        }
    }
}
