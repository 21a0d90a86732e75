using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp.Kernels;

/// <summary>
/// Copies a strip of a matrix into panels of <c>width</c> lanes: panel after panel, in each of them step after step of the
/// depth, <c>width</c> neighbouring lanes per step, anything beyond the last valid lane. Panels make the micro-kernels read
/// memory in order whatever the layout of the matrices was.
/// </summary>
internal static unsafe class Packing
{
    /// <summary>Panels that are filled side by side: together they read whole cache lines and long stretches of each row.</summary>
    private const int Group = 8;

    /// <summary>How far copies ask ahead: rows lie too far apart for the hardware to see the next ones coming.</summary>
    private const int RowsAhead = 12;

    /// <summary>Lanes lie side by side in memory: panel[p, r] = scale · source[p·stride + r].</summary>
    public static void Copy(float* source, long stride, int lanes, int width, long depth, float scale, float* panels)
    {
        int whole = lanes / width;
        for (int first = 0; first < whole; first += Group)
        {
            int count = Math.Min(Group, whole - first);
            float* from = source + ((long)first * width), to = panels + (first * width * depth);
            if (scale == 1f && width == 32 && Avx512F.IsSupported)
                Copy32(from, stride, count, depth, to);
            else if (scale == 1f && width == 16 && Avx.IsSupported)
                Copy16(from, stride, count, depth, to);
            else if (scale == 1f && width == 12 && Sse.IsSupported)
                Copy12(from, stride, count, depth, to);
            else if (scale == 1f && width == 6 && Sse.IsSupported)
                Copy6(from, stride, count, depth, to);
            else
                CopyWhole(from, stride, count, width, depth, scale, to);
        }
        int rest = lanes - (whole * width);
        if (rest > 0)
            CopyPart(source + ((long)whole * width), stride, rest, width, depth, scale, panels + (whole * width * depth));
    }

    /// <summary>Steps lie side by side in memory: panel[p, r] = scale · source[r·stride + p].</summary>
    public static void Transpose(float* source, long stride, int lanes, int width, long depth, float scale, float* panels)
    {
        for (int first = 0; first < lanes; first += width)
        {
            TransposePanel(
                source + (first * stride), stride, Math.Min(width, lanes - first), width, depth, scale, panels + (first * depth));
        }
    }

    /// <summary>target[p·targetStride + r] = scale · source[r·stride + p] for r &lt; lanes, p &lt; depth, and nothing else.</summary>
    public static void TransposeExact(float* source, long stride, int lanes, long depth, float scale, float* target, long targetStride)
    {
        int lane = 0;
        if (Avx512F.IsSupported)
        {
            for (; lane + 16 <= lanes; lane += 16)
                Transpose16(source + (lane * stride), stride, 16, 16, targetStride, depth, scale, target + lane);
        }
        if (Avx.IsSupported)
        {
            for (; lane + 8 <= lanes; lane += 8)
                Transpose8(source + (lane * stride), stride, 8, 8, targetStride, depth, scale, target + lane);
        }
        if (Sse.IsSupported)
        {
            for (; lane + 4 <= lanes; lane += 4)
                Transpose4(source + (lane * stride), stride, targetStride, depth, scale, target + lane);
        }
        for (; lane < lanes; lane++)
        {
            for (long p = 0; p < depth; p++)
                target[(p * targetStride) + lane] = source[(lane * stride) + p] * scale;
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void Copy32(float* source, long stride, int count, long depth, float* panels)
    {
        long step = 32 * depth, ahead = RowsAhead * stride;
        for (long p = 0; p < depth; p++)
        {
            float* from = source, to = panels;
            for (int i = 0; i < count; i++)
            {
                Sse.Prefetch0(from + ahead);
                Sse.Prefetch0(from + ahead + 16);
                Vector512.Load(from).Store(to);
                Vector512.Load(from + 16).Store(to + 16);
                from += 32;
                to += step;
            }
            source += stride;
            panels += 32;
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void Copy16(float* source, long stride, int count, long depth, float* panels)
    {
        long step = 16 * depth, ahead = RowsAhead * stride;
        for (long p = 0; p < depth; p++)
        {
            float* from = source, to = panels;
            for (int i = 0; i < count; i++)
            {
                Sse.Prefetch0(from + ahead);
                Vector256.Load(from).Store(to);
                Vector256.Load(from + 8).Store(to + 8);
                from += 16;
                to += step;
            }
            source += stride;
            panels += 16;
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void Copy6(float* source, long stride, int count, long depth, float* panels)
    {
        long step = 6 * depth, ahead = RowsAhead * stride;
        for (long p = 0; p < depth; p++)
        {
            float* from = source, to = panels;
            for (int i = 0; i < count; i++)
            {
                Sse.Prefetch0(from + ahead);
                Vector128.Load(from).Store(to);
                *(long*)(to + 4) = *(long*)(from + 4);
                from += 6;
                to += step;
            }
            source += stride;
            panels += 6;
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void Copy12(float* source, long stride, int count, long depth, float* panels)
    {
        long step = 12 * depth, ahead = RowsAhead * stride;
        for (long p = 0; p < depth; p++)
        {
            float* from = source, to = panels;
            for (int i = 0; i < count; i++)
            {
                Sse.Prefetch0(from + ahead);
                Vector256.Load(from).Store(to);
                Vector128.Load(from + 8).Store(to + 8);
                from += 12;
                to += step;
            }
            source += stride;
            panels += 12;
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void CopyWhole(float* source, long stride, int count, int width, long depth, float scale, float* panels)
    {
        Vector128<float> factor = Vector128.Create(scale);
        for (long p = 0; p < depth; p++)
        {
            float* from = source, to = panels;
            for (int i = 0; i < count; i++)
            {
                int r = 0;
                for (; r + 4 <= width; r += 4)
                    (Vector128.Load(from + r) * factor).Store(to + r);
                for (; r < width; r++)
                    to[r] = from[r] * scale;
                from += width;
                to += width * depth;
            }
            source += stride;
            panels += width;
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void CopyPart(float* source, long stride, int lanes, int width, long depth, float scale, float* panel)
    {
        for (long p = 0; p < depth; p++)
        {
            for (int r = 0; r < lanes; r++)
                panel[r] = source[r] * scale;
            for (int r = lanes; r < width; r++)
                panel[r] = 0f;
            source += stride;
            panel += width;
        }
    }

    private static void TransposePanel(float* source, long stride, int lanes, int width, long depth, float scale, float* panel)
    {
        int lane = 0;
        if (Avx512F.IsSupported && (width == 12 || width == 16 || width == 32))
        {
            for (; lane < width; lane += 16)
            {
                // A half without any valid lane copies lanes that are: padding may hold anything.
                int first = lane < lanes ? lane : 0;
                Transpose16(
                    source + (first * stride), stride, lanes - first, Math.Min(width - lane, 16), width, depth, scale, panel + lane);
            }
            return;
        }
        if (Avx.IsSupported && (width == 6 || width == 16))
        {
            for (; lane < width; lane += 8)
            {
                int first = lane < lanes ? lane : 0;
                Transpose8(
                    source + (first * stride), stride, lanes - first, Math.Min(width - lane, 8), width, depth, scale, panel + lane);
            }
            return;
        }
        if (Sse.IsSupported)
        {
            for (; lane + 4 <= lanes; lane += 4)
                Transpose4(source + (lane * stride), stride, width, depth, scale, panel + lane);
        }
        for (; lane < lanes; lane++)
        {
            for (long p = 0; p < depth; p++)
                panel[(p * width) + lane] = source[(lane * stride) + p] * scale;
        }
        for (; lane < width; lane++)
        {
            for (long p = 0; p < depth; p++)
                panel[(p * width) + lane] = 0f;
        }
    }

    [MethodImpl(Jit.Kernel)]
    private static void Transpose4(float* source, long stride, long width, long depth, float scale, float* panel)
    {
        Vector128<float> factor = Vector128.Create(scale);
        long p = 0;
        for (; p + 4 <= depth; p += 4)
        {
            Vector128<float> r0 = Vector128.Load(source + p) * factor;
            Vector128<float> r1 = Vector128.Load(source + stride + p) * factor;
            Vector128<float> r2 = Vector128.Load(source + (2 * stride) + p) * factor;
            Vector128<float> r3 = Vector128.Load(source + (3 * stride) + p) * factor;
            Vector128<float> low01 = Sse.UnpackLow(r0, r1), high01 = Sse.UnpackHigh(r0, r1);
            Vector128<float> low23 = Sse.UnpackLow(r2, r3), high23 = Sse.UnpackHigh(r2, r3);
            float* target = panel + (p * width);
            Sse.MoveLowToHigh(low01, low23).Store(target);
            Sse.MoveHighToLow(low23, low01).Store(target + width);
            Sse.MoveLowToHigh(high01, high23).Store(target + (2 * width));
            Sse.MoveHighToLow(high23, high01).Store(target + (3 * width));
        }
        for (; p < depth; p++)
        {
            for (int r = 0; r < 4; r++)
                panel[(p * width) + r] = source[(r * stride) + p] * scale;
        }
    }

    /// <summary>
    /// Up to 8 lanes, of which <paramref name="store"/> (6 or 8) are written. Lanes that are not there repeat the last one.
    /// </summary>
    [MethodImpl(Jit.Kernel)]
    private static void Transpose8(float* source, long stride, int lanes, int store, long width, long depth, float scale, float* panel)
    {
        int last = Math.Min(lanes, store) - 1;
        long o1 = Math.Min(1, last) * stride, o2 = Math.Min(2, last) * stride, o3 = Math.Min(3, last) * stride;
        long o4 = Math.Min(4, last) * stride, o5 = Math.Min(5, last) * stride;
        long o6 = Math.Min(6, last) * stride, o7 = Math.Min(7, last) * stride;
        Vector256<float> factor = Vector256.Create(scale);
        long p = 0;
        for (; p + 4 <= depth; p += 4)
        {
            float* s = source + p;
            float* target = panel + (p * width);
            // Lanes four apart share a vector, so that only shuffles within 128 bits remain.
            Vector256<float> r0 = Vector256.Create(Vector128.Load(s), Vector128.Load(s + o4)) * factor;
            Vector256<float> r1 = Vector256.Create(Vector128.Load(s + o1), Vector128.Load(s + o5)) * factor;
            Vector256<float> r2 = Vector256.Create(Vector128.Load(s + o2), Vector128.Load(s + o6)) * factor;
            Vector256<float> r3 = Vector256.Create(Vector128.Load(s + o3), Vector128.Load(s + o7)) * factor;
            Vector256<double> low01 = Avx.UnpackLow(r0, r1).AsDouble(), high01 = Avx.UnpackHigh(r0, r1).AsDouble();
            Vector256<double> low23 = Avx.UnpackLow(r2, r3).AsDouble(), high23 = Avx.UnpackHigh(r2, r3).AsDouble();
            Store(Avx.UnpackLow(low01, low23).AsSingle(), target, store);
            Store(Avx.UnpackHigh(low01, low23).AsSingle(), target + width, store);
            Store(Avx.UnpackLow(high01, high23).AsSingle(), target + (2 * width), store);
            Store(Avx.UnpackHigh(high01, high23).AsSingle(), target + (3 * width), store);
        }
        for (; p < depth; p++)
        {
            for (int r = 0; r < store; r++)
                panel[(p * width) + r] = source[(Math.Min(r, last) * stride) + p] * scale;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> v, float* target, int lanes)
    {
        if (lanes == 8)
        {
            v.Store(target);
            return;
        }
        v.GetLower().Store(target);
        v.GetUpper().GetLower().Store(target + 4);
    }

    /// <summary>
    /// Up to 16 lanes, of which <paramref name="store"/> (12 or 16) are written. Lanes that are not there repeat the last one:
    /// their sums are thrown away with the rest of the padding.
    /// </summary>
    [MethodImpl(Jit.Kernel)]
    private static void Transpose16(float* source, long stride, int lanes, int store, long width, long depth, float scale, float* panel)
    {
        int last = lanes - 1;
        long o1 = Math.Min(1, last) * stride, o2 = Math.Min(2, last) * stride, o3 = Math.Min(3, last) * stride;
        long o4 = Math.Min(4, last) * stride, o5 = Math.Min(5, last) * stride;
        long o6 = Math.Min(6, last) * stride, o7 = Math.Min(7, last) * stride;
        long o8 = Math.Min(8, last) * stride, o9 = Math.Min(9, last) * stride;
        long oa = Math.Min(10, last) * stride, ob = Math.Min(11, last) * stride;
        long oc = Math.Min(12, last) * stride, od = Math.Min(13, last) * stride;
        long oe = Math.Min(14, last) * stride, of = Math.Min(15, last) * stride;
        Vector512<float> factor = Vector512.Create(scale);
        long p = 0;
        for (; p + 16 <= depth; p += 16)
        {
            float* s = source + p;
            float* target = panel + (p * width);
            Vector512<float> r0 = Vector512.Load(s) * factor;
            Vector512<float> r1 = Vector512.Load(s + o1) * factor;
            Vector512<float> r2 = Vector512.Load(s + o2) * factor;
            Vector512<float> r3 = Vector512.Load(s + o3) * factor;
            Vector512<float> r4 = Vector512.Load(s + o4) * factor;
            Vector512<float> r5 = Vector512.Load(s + o5) * factor;
            Vector512<float> r6 = Vector512.Load(s + o6) * factor;
            Vector512<float> r7 = Vector512.Load(s + o7) * factor;
            Vector512<float> r8 = Vector512.Load(s + o8) * factor;
            Vector512<float> r9 = Vector512.Load(s + o9) * factor;
            Vector512<float> ra = Vector512.Load(s + oa) * factor;
            Vector512<float> rb = Vector512.Load(s + ob) * factor;
            Vector512<float> rc = Vector512.Load(s + oc) * factor;
            Vector512<float> rd = Vector512.Load(s + od) * factor;
            Vector512<float> re = Vector512.Load(s + oe) * factor;
            Vector512<float> rf = Vector512.Load(s + of) * factor;
            Quad(r0, r1, r2, r3, out Vector512<float> q00, out Vector512<float> q01, out Vector512<float> q02, out Vector512<float> q03);
            Quad(r4, r5, r6, r7, out Vector512<float> q10, out Vector512<float> q11, out Vector512<float> q12, out Vector512<float> q13);
            Quad(r8, r9, ra, rb, out Vector512<float> q20, out Vector512<float> q21, out Vector512<float> q22, out Vector512<float> q23);
            Quad(rc, rd, re, rf, out Vector512<float> q30, out Vector512<float> q31, out Vector512<float> q32, out Vector512<float> q33);
            Lanes(q00, q10, q20, q30, target, 4 * width, store);
            Lanes(q01, q11, q21, q31, target + (1 * width), 4 * width, store);
            Lanes(q02, q12, q22, q32, target + (2 * width), 4 * width, store);
            Lanes(q03, q13, q23, q33, target + (3 * width), 4 * width, store);
        }
        for (; p < depth; p++)
        {
            for (int r = 0; r < store; r++)
                panel[(p * width) + r] = source[(Math.Min(r, last) * stride) + p] * scale;
        }
    }

    /// <summary>Four rows become, in each 128-bit part, four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quad(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d,
        out Vector512<float> q0, out Vector512<float> q1, out Vector512<float> q2, out Vector512<float> q3)
    {
        Vector512<double> ab = Avx512F.UnpackLow(a, b).AsDouble(), abHigh = Avx512F.UnpackHigh(a, b).AsDouble();
        Vector512<double> cd = Avx512F.UnpackLow(c, d).AsDouble(), cdHigh = Avx512F.UnpackHigh(c, d).AsDouble();
        q0 = Avx512F.UnpackLow(ab, cd).AsSingle();
        q1 = Avx512F.UnpackHigh(ab, cd).AsSingle();
        q2 = Avx512F.UnpackLow(abHigh, cdHigh).AsSingle();
        q3 = Avx512F.UnpackHigh(abHigh, cdHigh).AsSingle();
    }

    /// <summary>Four vectors of four-lane parts become four columns of sixteen lanes, <paramref name="step"/> floats apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lanes(
        Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, long step, int store)
    {
        Vector512<float> ab02 = Avx512F.Shuffle4x128(a, b, 0x88), ab13 = Avx512F.Shuffle4x128(a, b, 0xdd);
        Vector512<float> cd02 = Avx512F.Shuffle4x128(c, d, 0x88), cd13 = Avx512F.Shuffle4x128(c, d, 0xdd);
        Store(Avx512F.Shuffle4x128(ab02, cd02, 0x88), target, store);
        Store(Avx512F.Shuffle4x128(ab13, cd13, 0x88), target + step, store);
        Store(Avx512F.Shuffle4x128(ab02, cd02, 0xdd), target + (2 * step), store);
        Store(Avx512F.Shuffle4x128(ab13, cd13, 0xdd), target + (3 * step), store);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> v, float* target, int lanes)
    {
        if (lanes == 16)
        {
            v.Store(target);
            return;
        }
        v.GetLower().Store(target);
        v.GetUpper().GetLower().Store(target + 8);
    }
}
