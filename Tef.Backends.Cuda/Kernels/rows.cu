// Hidden rows packed together and put back, and the gradients of both. A row is a run of units: 16 bytes where addresses and sizes
// allow it, else one element of 4 or 2 bytes. Blocks are two-dimensional: threads in x walk along a row, y counts rows.
#include "prelude.cuh"

namespace
{

__device__ __forceinline__ long long block_row() { return (long long)blockIdx.x * blockDim.y + threadIdx.y; }

__device__ __forceinline__ long long checked(long long row, long long rows)
{
    if ((unsigned long long)row >= (unsigned long long)rows)
        __trap();
    return row;
}

// packed[k] = rows[index[k]].
template <typename Unit>
__device__ __forceinline__ void compact(
    const Unit* rows, long long row_stride, const long long* index, long long count, long long row_count, long long units, Unit* packed)
{
    long long k = block_row();
    if (k >= count)
        return;
    const Unit* from = rows + checked(index[k], row_count) * row_stride;
    Unit* to = packed + k * units;
    for (long long i = threadIdx.x; i < units; i += blockDim.x)
        store_unit(to + i, load_unit(from + i));
}

// result[n] = packed[inverse[n]] where inverse[n] is not negative, else rows[n]. Either source may be null, which reads as zeros:
// without packed rows this is the gradient of the rows that were expanded.
template <typename Unit>
__device__ __forceinline__ void expand(
    const Unit* rows, long long row_stride, const int* inverse, const Unit* packed, long long packed_stride, long long row_count,
    long long units, Unit* result)
{
    long long n = block_row();
    if (n >= row_count)
        return;
    int k = inverse[n];
    const Unit* from = k >= 0 ? (packed == nullptr ? nullptr : packed + k * packed_stride)
                              : (rows == nullptr ? nullptr : rows + n * row_stride);
    Unit* to = result + n * units;
    for (long long i = threadIdx.x; i < units; i += blockDim.x)
    {
        if (from != nullptr)
            store_unit(to + i, load_unit(from + i));
        else
            store_unit(to + i, Unit{});
    }
}

// Sums of units as float32, rounded once.
struct Float1
{
    typedef unsigned Unit;
    float sum;
    __device__ __forceinline__ void clear() { sum = 0; }
    __device__ __forceinline__ void add(unsigned unit) { sum += __uint_as_float(unit); }
    __device__ __forceinline__ unsigned get() const { return __float_as_uint(sum); }
};

// bfloat16 is the upper half of a float32; back by rounding to nearest, ties to even, NaN kept.
struct BFloat1
{
    typedef unsigned short Unit;
    float sum;
    __device__ __forceinline__ void clear() { sum = 0; }
    __device__ __forceinline__ void add(unsigned short unit) { sum += __uint_as_float((unsigned)unit << 16); }
    __device__ __forceinline__ unsigned short get() const
    {
        unsigned bits = __float_as_uint(sum);
        if (sum != sum)
            return (unsigned short)((bits >> 16) | 0x40u);
        return (unsigned short)((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
    }
};

struct Float4
{
    typedef uint4 Unit;
    Float1 x, y, z, w;
    __device__ __forceinline__ void clear() { x.clear(), y.clear(), z.clear(), w.clear(); }
    __device__ __forceinline__ void add(uint4 unit) { x.add(unit.x), y.add(unit.y), z.add(unit.z), w.add(unit.w); }
    __device__ __forceinline__ uint4 get() const { return {x.get(), y.get(), z.get(), w.get()}; }
};

struct BFloat2
{
    BFloat1 low, high;
    __device__ __forceinline__ void clear() { low.clear(), high.clear(); }
    __device__ __forceinline__ void add(unsigned unit) { low.add((unsigned short)unit), high.add((unsigned short)(unit >> 16)); }
    __device__ __forceinline__ unsigned get() const { return low.get() | ((unsigned)high.get() << 16); }
};

struct BFloat8
{
    typedef uint4 Unit;
    BFloat2 x, y, z, w;
    __device__ __forceinline__ void clear() { x.clear(), y.clear(), z.clear(), w.clear(); }
    __device__ __forceinline__ void add(uint4 unit) { x.add(unit.x), y.add(unit.y), z.add(unit.z), w.add(unit.w); }
    __device__ __forceinline__ uint4 get() const { return {x.get(), y.get(), z.get(), w.get()}; }
};

// result[n] = sum of packed[k] over all k with index[k] = n; zeros where there is none. index is in ascending order, so that repeats
// follow each other from inverse[n] on: no atomics, and the same bits every time.
template <typename Sum>
__device__ __forceinline__ void scatter_add(
    const typename Sum::Unit* packed, long long packed_stride, const long long* index, long long count, const int* inverse,
    long long row_count, long long units, typename Sum::Unit* result)
{
    long long n = block_row();
    if (n >= row_count)
        return;
    long long first = inverse[n];
    long long end = first;
    while (first >= 0 && end < count && index[end] == n)
        ++end;
    for (long long i = threadIdx.x; i < units; i += blockDim.x)
    {
        Sum sum;
        sum.clear();
#pragma unroll 1
        for (long long k = first; k < end; ++k)
            sum.add(load_unit(packed + k * packed_stride + i));
        store_unit(result + n * units + i, sum.get());
    }
}

} // namespace

// inverse[index[k]] = k, of equal neighbours the first. inverse [row_count] int32 holds -1 everywhere before. An index outside the
// rows stops the launch. One thread per index.
extern "C" __global__ void __launch_bounds__(1024) invert_index(
    const long long* index, long long count, long long row_count, int* inverse)
{
    long long k = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (k >= count)
        return;
    long long n = checked(index[k], row_count);
    if (k == 0 || index[k - 1] != n)
        inverse[n] = (int)k;
}

#define TEF_ROW_KERNELS(suffix, Unit)                                                                                                 \
    extern "C" __global__ void __launch_bounds__(256) compact_rows_##suffix(                                                          \
        const Unit* rows, long long row_stride, const long long* index, long long count, long long row_count, long long units,        \
        Unit* packed)                                                                                                                 \
    {                                                                                                                                 \
        compact(rows, row_stride, index, count, row_count, units, packed);                                                            \
    }                                                                                                                                 \
    extern "C" __global__ void __launch_bounds__(256) expand_rows_##suffix(                                                           \
        const Unit* rows, long long row_stride, const int* inverse, const Unit* packed, long long packed_stride, long long row_count, \
        long long units, Unit* result)                                                                                                \
    {                                                                                                                                 \
        expand(rows, row_stride, inverse, packed, packed_stride, row_count, units, result);                                           \
    }

TEF_ROW_KERNELS(b16, uint4)
TEF_ROW_KERNELS(b4, unsigned)
TEF_ROW_KERNELS(b2, unsigned short)

#define TEF_SCATTER_ADD_KERNEL(suffix, Sum)                                                                                       \
    extern "C" __global__ void __launch_bounds__(256) scatter_add_rows_##suffix(                                                  \
        const Sum::Unit* packed, long long packed_stride, const long long* index, long long count, const int* inverse,            \
        long long row_count, long long units, Sum::Unit* result)                                                                  \
    {                                                                                                                             \
        scatter_add<Sum>(packed, packed_stride, index, count, inverse, row_count, units, result);                                 \
    }

TEF_SCATTER_ADD_KERNEL(f32x4, Float4)
TEF_SCATTER_ADD_KERNEL(f32, Float1)
TEF_SCATTER_ADD_KERNEL(bf16x8, BFloat8)
TEF_SCATTER_ADD_KERNEL(bf16, BFloat1)
