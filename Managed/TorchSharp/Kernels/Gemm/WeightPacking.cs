namespace TorchSharp.Kernels;

/// <summary>Writes float weights of either layout as rows of bfloat16 or int8, [outputs, inputs].</summary>
internal unsafe struct WeightPacking : ISimdBody
{
    /// <summary>Outputs that are gathered together, so that lines of [inputs, outputs] are read whole.</summary>
    public const int Group = 16;

    private const float LargestInt8 = 127f;

    public float* Source;

    /// <summary>Source is [outputs, inputs] instead of [inputs, outputs].</summary>
    public bool OutputsFirst;

    public int Inputs;
    public int Outputs;
    public byte* Target;

    /// <summary>[outputs] for int8; null for bfloat16.</summary>
    public float* Scales;

    /// <summary>An item is an output; ranges are at most a group.</summary>
    public readonly void Run<S>(long begin, long end)
        where S : struct, ISimd<S>
    {
        int count = (int)(end - begin);
        float* rows = OutputsFirst ? Source + (begin * Inputs) : Gathered(begin, count);
        for (int r = 0; r < count; r++)
        {
            ReadOnlySpan<float> row = new(rows + ((long)r * Inputs), Inputs);
            if (Scales is null)
                ToBFloat16(row, (ushort*)Target + ((begin + r) * Inputs));
            else
                Scales[begin + r] = ToInt8(row, (sbyte*)Target + ((begin + r) * Inputs));
        }
        if (!OutputsFirst)
            NativePool.Return(rows);
    }

    private readonly float* Gathered(long begin, int count)
    {
        float* rows = NativePool.RentFloats((long)count * Inputs);
        for (int p = 0; p < Inputs; p++)
        {
            float* source = Source + ((long)p * Outputs) + begin;
            for (int r = 0; r < count; r++)
                rows[((long)r * Inputs) + p] = source[r];
        }
        return rows;
    }

    /// <summary>Rounds to nearest, ties to even.</summary>
    private static void ToBFloat16(ReadOnlySpan<float> row, ushort* target)
    {
        for (int i = 0; i < row.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(row[i]);
            target[i] = (ushort)(float.IsNaN(row[i]) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    /// <summary>Symmetric, so that zero stays zero.</summary>
    /// <returns>The scale: the largest magnitude over 127.</returns>
    private static float ToInt8(ReadOnlySpan<float> row, sbyte* target)
    {
        float largest = 0f;
        foreach (float value in row)
            largest = MathF.Max(largest, MathF.Abs(value));
        float scale = largest / LargestInt8;
        float divisor = scale == 0f ? 1f : scale;
        for (int i = 0; i < row.Length; i++)
            target[i] = (sbyte)Math.Clamp(MathF.Round(row[i] / divisor), -LargestInt8, LargestInt8);
        return scale;
    }
}
