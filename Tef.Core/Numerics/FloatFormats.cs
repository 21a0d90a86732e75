using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tef.Core.Numerics;

/// <summary>Conversions between float32 and the two 16-bit formats of checkpoints, rounding to nearest, ties to even.</summary>
public static class FloatFormats
{
    /// <summary>Widens IEEE half precision.</summary>
    /// <param name="source">Bits of the halves, <c>[n]</c>.</param>
    /// <param name="destination">Receives n numbers.</param>
    public static void HalfToSingle(ReadOnlySpan<ushort> source, Span<float> destination) =>
        TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<ushort, Half>(source), destination);

    /// <summary>Narrows to IEEE half precision.</summary>
    /// <param name="source">Numbers, <c>[n]</c>; those too large become infinite.</param>
    /// <param name="destination">Receives the bits of n halves.</param>
    public static void SingleToHalf(ReadOnlySpan<float> source, Span<ushort> destination) =>
        TensorPrimitives.ConvertToHalf(source, MemoryMarshal.Cast<ushort, Half>(destination));

    /// <summary>Widens bfloat16, the upper half of a float32.</summary>
    /// <param name="source">Bits of the numbers, <c>[n]</c>.</param>
    /// <param name="destination">Receives n numbers.</param>
    public static void BrainToSingle(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        RequireRoom(source.Length, destination.Length);
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + Vector<uint>.Count)..]);
        }

        for (; i < source.Length; i++)
            bits[i] = (uint)source[i] << 16;
    }

    /// <summary>Narrows to bfloat16; what is not a number stays so.</summary>
    /// <param name="source">Numbers, <c>[n]</c>.</param>
    /// <param name="destination">Receives the bits of n numbers.</param>
    public static void SingleToBrain(ReadOnlySpan<float> source, Span<ushort> destination)
    {
        RequireRoom(source.Length, destination.Length);
        for (int i = 0; i < source.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(source[i]);
            destination[i] = (ushort)(float.IsNaN(source[i]) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }

    private static void RequireRoom(
        int source, int destination, [CallerArgumentExpression(nameof(destination))] string parameter = "")
    {
        if (destination < source)
            throw new ArgumentException($"The destination holds {destination} numbers, but {source} are converted.", parameter);
    }
}
