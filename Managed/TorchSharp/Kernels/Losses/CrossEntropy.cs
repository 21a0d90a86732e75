using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Cross-entropy of rows of logits with integer targets: -ln softmax(x)[target], or with label smoothing ε
/// (1 - ε)·that + ε·mean over the classes of -ln softmax(x). Rows whose target is the ignored one give 0.
/// </summary>
internal static unsafe class CrossEntropy
{
    private const long GrainElements = 1 << 15;

    /// <summary>Losses of rows.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="targets">[rows], each in [0, classes) or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">The target of rows that do not count.</param>
    /// <param name="labelSmoothing">ε in [0, 1].</param>
    /// <param name="losses">[rows].</param>
    /// <param name="logSumExp">[rows] or null: ln Σ e^x for the backward pass.</param>
    public static void Forward(
        float* logits, long rows, int classes, long* targets, long ignoreIndex, float labelSmoothing, float* losses, float* logSumExp)
    {
        Check(targets, rows, classes, ignoreIndex);
        using KernelProfile.Region region = KernelProfile.Measure("cross-entropy", 0, sizeof(float) * (double)rows * classes);
        ForwardBody body = new(logits, classes, targets, ignoreIndex, labelSmoothing, losses, logSumExp);
        SimdLoop.For(rows, Math.Max(1, GrainElements / Math.Max(1, classes)), ref body);
    }

    /// <summary>dLogits[r] = scale[r] · ∂loss[r]/∂logits[r]; may overwrite the logits.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="targets">[rows].</param>
    /// <param name="ignoreIndex">The target of rows that do not count: their gradient is 0.</param>
    /// <param name="labelSmoothing">ε in [0, 1].</param>
    /// <param name="logSumExp">[rows] from the forward pass.</param>
    /// <param name="rowScale">[rows] or null for 1: the gradient of each row's loss.</param>
    /// <param name="scale">A factor for all rows.</param>
    /// <param name="dLogits">[rows, classes]; may be <paramref name="logits"/>.</param>
    /// <param name="spread">[rows] or null: what another loss takes from the factor of each row's softmax.</param>
    public static void Backward(
        float* logits, long rows, int classes, long* targets, long ignoreIndex, float labelSmoothing, float* logSumExp,
        float* rowScale, float scale, float* dLogits, float* spread = null)
    {
        using KernelProfile.Region region = KernelProfile.Measure("cross-entropy backward", 0, sizeof(float) * 2.0 * rows * classes);
        BackwardBody body = new(logits, classes, targets, ignoreIndex, labelSmoothing, logSumExp, rowScale, scale, dLogits, spread);
        SimdLoop.For(rows, Math.Max(1, GrainElements / Math.Max(1, classes)), ref body);
    }

    /// <summary>Whether each target is the first of the largest logits of its row.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="targets">[rows].</param>
    /// <param name="correct">[rows], 0 or 1.</param>
    public static void MarkCorrect(float* logits, long rows, int classes, long* targets, byte* correct)
    {
        CorrectBody body = new(logits, classes, targets, correct);
        SimdLoop.For(rows, Math.Max(1, GrainElements / Math.Max(1, classes)), ref body);
    }

    /// <summary>Refuses targets outside the classes.</summary>
    public static void Check(long* targets, long rows, int classes, long ignoreIndex)
    {
        for (long i = 0; i < rows; i++)
        {
            if ((ulong)targets[i] >= (ulong)classes && targets[i] != ignoreIndex)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(targets), targets[i], $"The target of row {i} is not one of the {classes} classes.");
            }
        }
    }

    private readonly struct ForwardBody(
        float* logits, int classes, long* targets, long ignoreIndex, float smoothing, float* losses, float* logSumExp) : ISimdBody
    {
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long row = begin; row < end; row++)
            {
                float* x = logits + (row * classes);
                float max = RowMath.Max<S>(x, classes);
                float lse = max + MathF.Log(RowMath.SumExp<S>(x, classes, max));
                if (logSumExp is not null)
                    logSumExp[row] = lse;
                long target = targets[row];
                if (target == ignoreIndex)
                {
                    losses[row] = 0f;
                    continue;
                }
                float loss = lse - x[target];
                if (smoothing != 0f)
                    loss = ((1f - smoothing) * loss) + (smoothing * (lse - (RowMath.Sum<S>(x, classes) / classes)));
                losses[row] = loss;
            }
        }
    }

    private readonly struct CorrectBody(float* logits, int classes, long* targets, byte* correct) : ISimdBody
    {
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long row = begin; row < end; row++)
            {
                float* x = logits + (row * classes);
                long target = targets[row];
                bool isLargest = (ulong)target < (ulong)classes && x[target] >= RowMath.Max<S>(x, classes);
                correct[row] = isLargest && !new ReadOnlySpan<float>(x, (int)target).Contains(x[target]) ? (byte)1 : (byte)0;
            }
        }
    }

    private readonly struct BackwardBody(
        float* logits, int classes, long* targets, long ignoreIndex, float smoothing, float* logSumExp,
        float* rowScale, float scale, float* dLogits, float* spread) : ISimdBody
    {
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long row = begin; row < end; row++)
            {
                float* d = dLogits + (row * classes);
                float factor = targets[row] == ignoreIndex ? 0f : rowScale is null ? scale : scale * rowScale[row];
                float taken = spread is null ? 0f : spread[row];
                if (factor == 0f && taken == 0f)
                {
                    new Span<float>(d, classes).Clear();
                    continue;
                }
                RowMath.ScaledExp<S>(logits + (row * classes), d, classes, logSumExp[row], factor - taken);
                if (factor == 0f)
                    continue;
                d[targets[row]] -= factor * (1f - smoothing);
                if (smoothing != 0f)
                    Subtract<S>(d, classes, factor * smoothing / classes);
            }
        }

        [MethodImpl(Jit.Kernel)]
        private static void Subtract<S>(float* d, int n, float value)
            where S : struct, ISimd<S>
        {
            int i = 0;
            for (; i + S.Count <= n; i += S.Count)
                (S.Load(d + i) - S.Of(value)).Store(d + i);
            for (; i < n; i++)
                d[i] -= value;
        }
    }
}
