using System.Runtime.InteropServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Cross-entropy of hidden · weightᵀ with integer targets, a block of rows at a time: the logits of all rows, the largest
/// tensor of a small language model, never exist together.
/// </summary>
internal static unsafe class LinearCrossEntropy
{
    /// <summary>
    /// The logits of a block: small beside a last-level cache, large beside what each block reads and writes of the weights.
    /// </summary>
    private const long BlockBytes = 16 << 20;

    /// <summary>With fewer, wide models would spend their time on reading weights and their gradient once more per block.</summary>
    private const int FewestRows = 256;

    /// <summary>Losses only.</summary>
    /// <param name="hidden">[rows, width].</param>
    /// <param name="weight">[classes, width].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Width of the hidden states.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="targets">[rows], each in [0, classes) or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">The target of rows that do not count.</param>
    /// <param name="labelSmoothing">ε in [0, 1].</param>
    /// <param name="losses">[rows].</param>
    /// <param name="correct">[rows] or null: 1 where the target is the first of the largest logits, otherwise 0.</param>
    public static void Forward(
        float* hidden, float* weight, long rows, int width, int classes, long* targets, long ignoreIndex, float labelSmoothing,
        float* losses, byte* correct = null)
        => Run(
            hidden, weight, rows, width, classes, targets, ignoreIndex, labelSmoothing, losses, null, 0f, null, null, default, correct);

    /// <summary>Losses and gradients of Σ scale · rowScale[r] · loss[r].</summary>
    /// <param name="hidden">[rows, width].</param>
    /// <param name="weight">[classes, width].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Width of the hidden states.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="targets">[rows], each in [0, classes) or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">The target of rows that do not count: loss and gradient 0.</param>
    /// <param name="labelSmoothing">ε in [0, 1].</param>
    /// <param name="losses">[rows].</param>
    /// <param name="rowScale">[rows] or null for 1.</param>
    /// <param name="scale">A factor for all rows, say one over the number of rows that count.</param>
    /// <param name="dHidden">[rows, width], written; or null.</param>
    /// <param name="dWeight">[classes, width], written; or null.</param>
    /// <param name="unlikely">Classes that rows should not predict: losses of their own, gradients on top; none when default.</param>
    public static void ForwardBackward(
        float* hidden, float* weight, long rows, int width, int classes, long* targets, long ignoreIndex, float labelSmoothing,
        float* losses, float* rowScale, float scale, float* dHidden, float* dWeight, UnlikelyClasses unlikely = default)
    {
        if (rows == 0 && dWeight is not null)
            NativeMemory.Clear(dWeight, (nuint)((long)classes * width * sizeof(float)));
        Run(
            hidden, weight, rows, width, classes, targets, ignoreIndex, labelSmoothing, losses, rowScale, scale, dHidden, dWeight,
            unlikely, null);
    }

    private static void Run(
        float* hidden, float* weight, long rows, int width, int classes, long* targets, long ignoreIndex, float labelSmoothing,
        float* losses, float* rowScale, float scale, float* dHidden, float* dWeight, UnlikelyClasses unlikely, byte* correct)
    {
        CrossEntropy.Check(targets, rows, classes, ignoreIndex);
        long blockRows = Math.Max(FewestRows, BlockBytes / sizeof(float) / Math.Max(1, classes));
        long blocks = (rows + blockRows - 1) / blockRows;
        if (blocks == 0)
            return;
        blockRows = (rows + blocks - 1) / blocks;
        float* logits = NativePool.RentFloats(blockRows * classes);
        float* logSumExp = NativePool.RentFloats(blockRows);
        float* spread = unlikely.IsEmpty ? null : NativePool.RentFloats(blockRows);
        float* own = unlikely.IsEmpty ? null : NativePool.RentFloats(Math.Max(1, unlikely.LargestBlock(rows, blockRows)));
        for (long start = 0; start < rows; start += blockRows)
        {
            int count = (int)Math.Min(blockRows, rows - start);
            float* h = hidden + (start * width);
            Gemm.Multiply(false, true, count, classes, width, h, width, weight, width, 0f, logits, classes);
            CrossEntropy.Forward(
                logits, count, classes, targets + start, ignoreIndex, labelSmoothing, losses + start, logSumExp);
            if (correct is not null)
                CrossEntropy.MarkCorrect(logits, count, classes, targets + start, correct + start);
            if (!unlikely.IsEmpty)
                unlikely.Forward(logits, start, count, classes, logSumExp, spread, own);
            if (dHidden is null && dWeight is null)
                continue;
            CrossEntropy.Backward(
                logits, count, classes, targets + start, ignoreIndex, labelSmoothing, logSumExp,
                rowScale is null ? null : rowScale + start, scale, logits, unlikely.IsEmpty ? null : spread);
            if (!unlikely.IsEmpty)
                unlikely.AddOwn(logits, start, count, classes, own);
            if (dHidden is not null)
                Gemm.Multiply(false, false, count, width, classes, logits, classes, weight, width, 0f, dHidden + (start * width), width);
            if (dWeight is not null)
                Gemm.Multiply(true, false, classes, width, count, logits, classes, h, width, start == 0 ? 0f : 1f, dWeight, width);
        }
        if (!unlikely.IsEmpty)
        {
            NativePool.Return(own);
            NativePool.Return(spread);
        }
        NativePool.Return(logSumExp);
        NativePool.Return(logits);
    }
}
