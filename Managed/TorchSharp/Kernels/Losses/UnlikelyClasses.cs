namespace TorchSharp.Kernels;

/// <summary>
/// Classes that rows should not predict (Welleck et al., 2019): each costs count · -ln(1 - p). By logit k the loss of a row has the
/// gradient vₖ - pₖ · Σ v with v = count · p / (1 - p), so that the part Σ v joins the softmax's own pass over the row.
/// </summary>
/// <param name="offsets">[rows + 1]: where each row's classes begin.</param>
/// <param name="classes">The classes, row after row.</param>
/// <param name="counts">How often each counts.</param>
/// <param name="smallestRest">The least that 1 - p is taken for; where it is less there is no gradient.</param>
/// <param name="losses">[rows], written.</param>
internal readonly unsafe struct UnlikelyClasses(int* offsets, int* classes, float* counts, float smallestRest, float* losses)
{
    private const long GrainRows = 16;

    private readonly int* _offsets = offsets;
    private readonly int* _classes = classes;
    private readonly float* _counts = counts;
    private readonly float _smallestRest = smallestRest;
    private readonly float* _losses = losses;

    /// <summary>A factor of all gradients, not of the losses.</summary>
    public float Scale { get; init; }

    public bool IsEmpty => _losses is null;

    /// <summary>The most classes that a block of rows has.</summary>
    public long LargestBlock(long rows, long blockRows)
    {
        long largest = 0;
        for (long start = 0; start < rows; start += blockRows)
            largest = Math.Max(largest, _offsets[Math.Min(rows, start + blockRows)] - _offsets[start]);
        return largest;
    }

    /// <summary>Losses of a block of rows, and the gradient in two parts.</summary>
    /// <param name="logits">[count, width].</param>
    /// <param name="start">The first row of the block.</param>
    /// <param name="count">Rows of the block.</param>
    /// <param name="width">Number of logits.</param>
    /// <param name="logSumExp">[count].</param>
    /// <param name="spread">[count]: receives Σ v of each row, to be taken from the factor of its softmax.</param>
    /// <param name="own">Receives v of each class, in their order.</param>
    public void Forward(float* logits, long start, long count, int width, float* logSumExp, float* spread, float* own)
    {
        ForwardBody body = new(this, logits, start, width, logSumExp, spread, own);
        SimdLoop.For(count, GrainRows, ref body);
    }

    /// <summary>Adds v of each class to its gradient.</summary>
    public void AddOwn(float* dLogits, long start, long count, int width, float* own)
    {
        int first = _offsets[start];
        for (long row = 0; row < count; row++)
        {
            for (int i = _offsets[start + row]; i < _offsets[start + row + 1]; i++)
                dLogits[(row * width) + _classes[i]] += own[i - first];
        }
    }

    private readonly struct ForwardBody(
        UnlikelyClasses all, float* logits, long start, int width, float* logSumExp, float* spread, float* own) : ISimdBody
    {
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            int first = all._offsets[start];
            for (long row = begin; row < end; row++)
            {
                float* x = logits + (row * width);
                double loss = 0, sum = 0;
                for (int i = all._offsets[start + row]; i < all._offsets[start + row + 1]; i++)
                {
                    float p = MathF.Exp(x[all._classes[i]] - logSumExp[row]);
                    float rest = 1f - p;
                    bool cut = rest < all._smallestRest;
                    loss -= all._counts[i] * MathF.Log(cut ? all._smallestRest : rest);
                    float v = cut ? 0f : all.Scale * all._counts[i] * p / rest;
                    own[i - first] = v;
                    sum += v;
                }
                all._losses[start + row] = (float)loss;
                spread[row] = (float)sum;
            }
        }
    }
}
