namespace TorchSharp.Kernels;

/// <summary>Sizes and rules of scaled dot product attention.</summary>
internal unsafe struct AttentionShape
{
    public int Batch;
    public int Heads;

    /// <summary>Queries per batch entry; with <see cref="SequenceOffsets"/> the longest sequence, which <see cref="Prepared"/> finds.</summary>
    public int QueryLength;

    /// <summary>Keys per batch entry; with <see cref="SequenceOffsets"/> the longest sequence, which <see cref="Prepared"/> finds.</summary>
    public int KeyLength;

    public int HeadSize;

    /// <summary>Factor of the scores, usually 1 / √HeadSize.</summary>
    public float Scale;

    /// <summary>Query i sees the keys up to i + keys - queries.</summary>
    public bool Causal;

    /// <summary>Null, or [Batch, KeyLength]: 0 hides a key from all queries.</summary>
    public byte* KeyMask;

    /// <summary>Null, or [Batch + 1] row offsets of sequences packed one after the other; each sees only itself.</summary>
    public int* SequenceOffsets;

    /// <summary>Probability with which an attention weight is dropped.</summary>
    public float Dropout;

    /// <summary>Seed of the dropout stream.</summary>
    public ulong Seed;

    /// <summary>First position of the dropout stream.</summary>
    public ulong Offset;

    /// <summary>Numbers of the dropout stream that one pass may use, for the caller's next offset.</summary>
    public readonly ulong DropoutPositions => (ulong)Batch * (ulong)Heads * (ulong)KeyLength * (ulong)QueryLength;

    /// <summary>Length of the log-sum-exp buffer: [Batch, Heads, QueryLength], or [Heads, rows] of packed sequences.</summary>
    public readonly long LogSumExpCount
        => SequenceOffsets is null ? (long)Batch * Heads * QueryLength : (long)Heads * SequenceOffsets[Batch];

    /// <summary>Scores of one head that the mask allows, over all sequences.</summary>
    internal readonly double Scores
    {
        get
        {
            if (SequenceOffsets is null)
                return Batch * (double)QueryLength * (KeyLength - (Causal ? (QueryLength - 1) / 2.0 : 0.0));
            double sum = 0.0;
            for (int i = 0; i < Batch; i++)
            {
                double length = SequenceOffsets[i + 1] - SequenceOffsets[i];
                sum += length * (Causal ? (length + 1) / 2.0 : length);
            }
            return sum;
        }
    }

    /// <summary>The same with the length of the longest packed sequence, found once and not by every head.</summary>
    internal readonly AttentionShape Prepared()
    {
        AttentionShape prepared = this;
        if (SequenceOffsets is not null)
            prepared.QueryLength = prepared.KeyLength = LongestSequence();
        return prepared;
    }

    internal readonly AttentionItem Item(int index)
    {
        int batch = index / Heads, head = index % Heads;
        if (SequenceOffsets is null)
        {
            return new AttentionItem
            {
                Batch = batch,
                Head = head,
                Row = -1,
                Queries = QueryLength,
                Keys = KeyLength,
                LogSumExp = (long)index * QueryLength,
            };
        }
        int start = SequenceOffsets[batch], length = SequenceOffsets[batch + 1] - start;
        return new AttentionItem
        {
            Batch = batch,
            Head = head,
            Row = start,
            Queries = length,
            Keys = length,
            LogSumExp = ((long)head * SequenceOffsets[Batch]) + start,
        };
    }

    private readonly int LongestSequence()
    {
        int longest = 0;
        for (int i = 0; i < Batch; i++)
            longest = Math.Max(longest, SequenceOffsets[i + 1] - SequenceOffsets[i]);
        return longest;
    }
}
