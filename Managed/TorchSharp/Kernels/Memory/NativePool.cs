using System.Numerics;
using System.Runtime.InteropServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Native memory for tensors and scratch: blocks of 64-byte alignment that are kept when they come back and handed out again,
/// so that a loop over the same shapes asks the system for nothing after its first round.
/// Sizes are rounded up to eight classes per power of two (at most 12.5% of waste); a large request may also be served by a
/// kept block of up to twice its size.
/// </summary>
internal static unsafe class NativePool
{
    private const int Alignment = 64;
    private const int HeaderBytes = 64;
    private const int SmallestShift = 6;
    private const int StepsPerOctave = 8;
    private const int Classes = (48 - SmallestShift) * StepsPerOctave;
    private const long LargeBytes = 1 << 20;
    private const long HugePageBytes = 2 << 20;
    private const ulong LiveMark = 0x5446_4c49_5645_0001;
    private const ulong CachedMark = 0x5446_4341_4348_0002;

    private static readonly Lock s_lock = new();
    private static readonly Header*[] s_free = new Header*[Classes];
    private static long s_live;
    private static long s_cached;
    private static long s_peak;

    /// <summary>Bytes in blocks that are rented now.</summary>
    public static long LiveBytes => Volatile.Read(ref s_live);

    /// <summary>Bytes in blocks kept for reuse.</summary>
    public static long CachedBytes => Volatile.Read(ref s_cached);

    /// <summary>The largest sum of live and cached bytes so far: what was taken from the system.</summary>
    public static long PeakBytes => Volatile.Read(ref s_peak);

    /// <summary>A block of at least <paramref name="bytes"/> bytes with undefined contents.</summary>
    public static void* Rent(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        int wanted = ClassOf(bytes);
        int last = bytes >= LargeBytes ? Math.Min(wanted + StepsPerOctave, Classes - 1) : wanted;
        lock (s_lock)
        {
            for (int i = wanted; i <= last; i++)
            {
                Header* block = s_free[i];
                if (block is null)
                    continue;
                s_free[i] = block->Next;
                block->Mark = LiveMark;
                s_cached -= SizeOf(i);
                s_live += SizeOf(i);
                return (byte*)block + HeaderBytes;
            }
        }
        return Allocate(wanted);
    }

    /// <summary>Room for <paramref name="count"/> floats.</summary>
    public static float* RentFloats(long count) => (float*)Rent(count * sizeof(float));

    /// <summary>
    /// Sees to it that each thread of the team can rent a block of <paramref name="bytes"/> bytes for the loop that follows. Without
    /// it, how much a loop takes from the system would depend on which threads happened to take part in it before.
    /// </summary>
    public static void Reserve(long bytes)
    {
        int count = ThreadTeam.Threads;
        if (count == 1)
            return;
        void** blocks = stackalloc void*[count];
        for (int i = 0; i < count; i++)
            blocks[i] = Rent(bytes);
        for (int i = 0; i < count; i++)
            Return(blocks[i]);
    }

    /// <summary>Gives a block back.</summary>
    public static void Return(void* block)
    {
        if (block is null)
            return;
        Header* header = (Header*)((byte*)block - HeaderBytes);
        lock (s_lock)
        {
            if (header->Mark != LiveMark)
                throw new InvalidOperationException("A native block was returned twice, or was not rented here.");
            header->Mark = CachedMark;
            header->Next = s_free[header->Class];
            s_free[header->Class] = header;
            s_live -= SizeOf(header->Class);
            s_cached += SizeOf(header->Class);
        }
    }

    /// <summary>Gives all kept blocks back to the system.</summary>
    public static void Trim()
    {
        lock (s_lock)
        {
            for (int i = 0; i < Classes; i++)
            {
                while (s_free[i] is not null)
                {
                    Header* block = s_free[i];
                    s_free[i] = block->Next;
                    s_cached -= SizeOf(i);
                    NativeMemory.AlignedFree(block);
                }
            }
        }
    }

    /// <summary>Forgets the peak so far, so that the next phase can be measured.</summary>
    public static void ResetPeak()
    {
        lock (s_lock)
            s_peak = s_live + s_cached;
    }

    private static void* Allocate(int index)
    {
        long size = SizeOf(index);
        bool large = size >= HugePageBytes;
        nuint total = (nuint)(size + HeaderBytes);
        nuint alignment = large ? (nuint)HugePageBytes : Alignment;
        Header* block;
        try
        {
            block = (Header*)NativeMemory.AlignedAlloc(total, alignment);
        }
        catch (OutOfMemoryException)
        {
            Trim();
            block = (Header*)NativeMemory.AlignedAlloc(total, alignment);
        }
        if (large)
            HugePages.Advise(block, total);
        block->Mark = LiveMark;
        block->Class = index;
        lock (s_lock)
        {
            s_live += size;
            s_peak = Math.Max(s_peak, s_live + s_cached);
        }
        return (byte*)block + HeaderBytes;
    }

    private static int ClassOf(long bytes)
    {
        if (bytes <= 1 << SmallestShift)
            return 0;
        // The class is the octave and the next three bits of (bytes - 1), so that a power of two is its own class.
        ulong v = (ulong)(bytes - 1);
        int octave = BitOperations.Log2(v);
        int step = (int)(v >> (octave - 3)) & 7;
        int index = ((octave - SmallestShift) * StepsPerOctave) + step + 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Classes, nameof(bytes));
        return index;
    }

    private static long SizeOf(int index)
    {
        int octave = (index / StepsPerOctave) + SmallestShift;
        return (1L << octave) + ((long)(index % StepsPerOctave) << (octave - 3));
    }

    private struct Header
    {
        public ulong Mark;
        public int Class;
        public Header* Next;
    }
}
