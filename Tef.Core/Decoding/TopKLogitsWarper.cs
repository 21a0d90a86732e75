using System.Buffers;

namespace Tef.Core.Decoding;

/// <summary>Forbids all but the k most probable tokens; those as probable as the last of them stay too.</summary>
/// <param name="k">At least 1.</param>
public sealed class TopKLogitsWarper(int k) : ILogitsProcessor
{
    private readonly int _k = AtLeastOne(k);

    /// <inheritdoc />
    public void Process(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        if (_k >= logits.Length)
            return;
        int[] indices = ArrayPool<int>.Shared.Rent(_k);
        int found = Selection.Largest(logits, indices.AsSpan(0, _k));
        if (found == _k)
            Selection.ForbidBelow(logits, logits[indices[_k - 1]]);
        ArrayPool<int>.Shared.Return(indices);
    }

    private static int AtLeastOne(int k)
    {
        OptionGuard.AtLeast(k, 1);
        return k;
    }
}
