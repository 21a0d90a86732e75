using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>One operand of an inner loop as runs of consecutive elements, through a buffer where it is not contiguous.</summary>
internal readonly unsafe ref struct Strided<T>
    where T : unmanaged
{
    private readonly byte* start;
    private readonly long stride;
    private readonly T* buffer;

    internal Strided(byte* start, long stride, T* buffer, long count)
    {
        this.start = start;
        this.stride = stride;
        this.buffer = buffer;
        IsDirect = stride == sizeof(T) || count == 1;
        if (!IsDirect && stride == 0)
            new Span<T>(buffer, (int)Math.Min(count, StridedCopy.Chunk)).Fill(*(T*)start);
    }

    internal bool IsDirect { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ReadOnlySpan<T> Read(long at, int count)
    {
        if (IsDirect)
            return new ReadOnlySpan<T>((T*)start + at, count);
        if (stride != 0)
            StridedCopy.Gather(start + (at * stride), stride, buffer, count);
        return new ReadOnlySpan<T>(buffer, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<T> Target(long at, int count) => new(IsDirect ? (T*)start + at : buffer, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Write(long at, int count)
    {
        if (!IsDirect)
            StridedCopy.Scatter(buffer, start + (at * stride), stride, count);
    }
}

internal static unsafe class StridedCopy
{
    /// <summary>Elements per run of an operand that is not contiguous: small enough for the first cache.</summary>
    internal const int Chunk = 512;

    internal static void Gather<T>(byte* source, long stride, T* buffer, int count)
        where T : unmanaged
    {
        for (int i = 0; i < count; i++, source += stride)
            buffer[i] = *(T*)source;
    }

    internal static void Scatter<T>(T* buffer, byte* target, long stride, int count)
        where T : unmanaged
    {
        for (int i = 0; i < count; i++, target += stride)
            *(T*)target = buffer[i];
    }
}
