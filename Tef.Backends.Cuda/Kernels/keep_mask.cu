// Which tokens a block keeps: those with the largest shares g/Σg while the running sum of the shares is at most tau.
#include "prelude.cuh"

namespace
{

constexpr unsigned kWarp = 32;
constexpr unsigned kAllLanes = 0xffffffffu;

// Longest row of keep_mask_fused.
constexpr unsigned kMaxLength = 4096;

// PyTorch's float sum on the CPU adds 8 vector lanes × 4 accumulators, 16 steps at a time.
constexpr unsigned kVectorLanes = 8;
constexpr unsigned kAccumulators = 4;
constexpr unsigned kStepsPerBlock = 16;
constexpr unsigned kSumBlocks = kMaxLength / (kVectorLanes * kAccumulators * kStepsPerBlock);

// Shares from here on, added up while the sum stays below 2, are multiples of 2^-52: their sums in double are exact in any order.
constexpr float kExactShare = 0x1p-29f;

// Dynamic shared memory of keep_mask_fused: `padded` sort keys, this, `padded` keep flags.
struct Scratch
{
    float block_sums[kSumBlocks * kWarp];
    double warp_totals[kWarp];
    int warp_counts[kWarp];
    double exact_total;
    float sum;
    int exact_count;
    int serial_end;
    int rest_kept;
};

static_assert(sizeof(Scratch) == 1432, "TokenFilterLaunches.KeepMaskSharedBytes counts these bytes too.");

// A key sorts shares in descending order when keys are sorted in ascending order: NaN first as in PyTorch, then from +inf to -inf,
// -0 as +0. Equal shares keep their order because the position follows in the low half.
__device__ __forceinline__ unsigned long long sort_key(float share, unsigned position)
{
    unsigned bits = __float_as_uint(share + 0.0f);
    unsigned ascending = share != share ? 0xffffffffu : bits ^ ((bits >> 31) != 0 ? 0xffffffffu : 0x80000000u);
    return ((unsigned long long)~ascending << 32) | position;
}

__device__ __forceinline__ float share_of(unsigned long long key)
{
    unsigned ascending = ~(unsigned)(key >> 32);
    return __uint_as_float(ascending ^ ((ascending >> 31) != 0 ? 0x80000000u : 0xffffffffu));
}

__device__ __forceinline__ unsigned position_of(unsigned long long key) { return (unsigned)key; }

// The weight of a token waits in the slot of its key until the sum of the row is known.
__device__ __forceinline__ float weight_at(const unsigned long long* keys, unsigned position)
{
    return __uint_as_float((unsigned)keys[position]);
}

// Sums of 16 steps each for every lane; the last may be shorter. A warp per sum.
__device__ void sum_blocks(const unsigned long long* keys, unsigned steps, unsigned thread, unsigned threads, float* block_sums)
{
    unsigned lane = thread % kWarp;
    for (unsigned block = thread / kWarp; block * kStepsPerBlock < steps; block += threads / kWarp)
    {
        unsigned end = (block + 1) * kStepsPerBlock;
        float sum = 0;
        for (unsigned step = block * kStepsPerBlock; step < (end < steps ? end : steps); ++step)
            sum += weight_at(keys, step * kWarp + lane);
        block_sums[block * kWarp + lane] = sum;
    }
}

// What is left after sum_blocks, in the order of PyTorch's cascade sum. Called by one warp; all lanes return the sum.
__device__ float sum_row(const unsigned long long* keys, unsigned length, const float* block_sums, unsigned lane)
{
    float total = 0;
    if (length < kVectorLanes)
    {
        // Too short for vectors: four accumulators of one element each, the others into the first.
        unsigned first = length < kAccumulators ? 0 : kAccumulators;
        float accumulator = first != 0 && lane < kAccumulators ? weight_at(keys, lane) : 0.0f;
        for (unsigned i = first; lane == 0 && i < length; ++i)
            accumulator += weight_at(keys, i);
        for (unsigned k = 0; k < kAccumulators; ++k)
            total += __shfl_sync(kAllLanes, accumulator, (int)k);
        return total;
    }

    unsigned vectors = length / kVectorLanes;
    unsigned steps = vectors / kAccumulators;
    unsigned full_blocks = steps / kStepsPerBlock;
    float full = 0;
    for (unsigned block = 0; block < full_blocks; ++block)
        full += block_sums[block * kWarp + lane];
    float accumulator = full_blocks * kStepsPerBlock < steps ? block_sums[full_blocks * kWarp + lane] : 0.0f;
    accumulator += full;
    for (unsigned vector = steps * kAccumulators; lane < kVectorLanes && vector < vectors; ++vector)
        accumulator += weight_at(keys, vector * kVectorLanes + lane);

    float vector_sum = __shfl_sync(kAllLanes, accumulator, (int)(lane % kVectorLanes));
    for (unsigned k = 1; k < kAccumulators; ++k)
        vector_sum += __shfl_sync(kAllLanes, accumulator, (int)(lane % kVectorLanes + k * kVectorLanes));
    for (unsigned i = vectors * kVectorLanes; i < length; ++i)
        total += weight_at(keys, i);
    for (unsigned k = 0; k < kVectorLanes; ++k)
        total += __shfl_sync(kAllLanes, vector_sum, (int)k);
    return total;
}

// Bitonic sort of `padded` keys, a power of two from 64 on, ascending. Pairs that are at most 32 apart lie in the 64 keys of one
// warp, so that most steps need no barrier of the whole block.
__device__ void sort_keys(unsigned long long* keys, unsigned padded, unsigned thread, unsigned threads)
{
    for (unsigned size = 2; size <= padded; size *= 2)
    {
        for (unsigned stride = size / 2; stride > 0; stride /= 2)
        {
            for (unsigned pair = thread; pair < padded / 2; pair += threads)
            {
                unsigned low = 2 * pair - (pair & (stride - 1));
                unsigned long long a = keys[low];
                unsigned long long b = keys[low + stride];
                if ((a > b) == ((low & size) == 0))
                {
                    keys[low] = b;
                    keys[low + stride] = a;
                }
            }
            unsigned next = stride > 1 ? stride / 2 : size;
            if (stride > kWarp || next > kWarp)
                __syncthreads();
            else
                __syncwarp();
        }
    }
}

// Keeps, for one thread alone, what no parallel sum can decide to the last bit: shares below 2^-29 (which matter for tau near 1),
// and rows that are no gates (negative, not finite). Adds as PyTorch does on the CPU, in double, one after the other.
__device__ void keep_serially(
    const unsigned long long* keys, unsigned begin, double running, unsigned length, float tau, unsigned char* flags, Scratch* scratch)
{
    // Without negative shares the sum never falls again, and zeros at the end leave it as it is.
    bool monotone = !(share_of(keys[length - 1]) < 0);
    unsigned i = begin;
    for (; i < length; ++i)
    {
        float share = share_of(keys[i]);
        if (monotone && (share == 0 || !((float)running <= tau)))
            break;
        running += share;
        flags[position_of(keys[i])] = (float)running <= tau;
    }
    scratch->serial_end = (int)i;
    scratch->rest_kept = (float)running <= tau;
}

} // namespace

// One block per row: normalise, sort by share, running sum, threshold and scatter, all in shared memory.
//
// gates [rows, length] float32, rows gate_stride apart; active [rows, length] bytes, rows active_stride apart, or null for all;
// keep [rows, length] bytes. padded is the power of two from 64 on that holds length, at most 4096. Threads: a multiple of 32,
// at most padded / 2. A row with a NaN gate, or without an active token, has no shares: its first token is kept if it is active.
extern "C" __global__ void __launch_bounds__(1024) keep_mask_fused(
    const float* gates, long long gate_stride, const unsigned char* active, long long active_stride, unsigned char* keep, int length,
    int padded, float tau)
{
    TEF_DYNAMIC_SHARED(tef_shared);
    unsigned long long* keys = (unsigned long long*)tef_shared;
    Scratch* scratch = (Scratch*)(keys + padded);
    unsigned char* flags = (unsigned char*)(scratch + 1);

    unsigned thread = threadIdx.x;
    unsigned threads = blockDim.x;
    unsigned lane = thread % kWarp;
    unsigned warp = thread / kWarp;
    unsigned count = (unsigned)length;
    const float* row_gates = gates + blockIdx.x * gate_stride;
    const unsigned char* row_active = active == nullptr ? nullptr : active + blockIdx.x * active_stride;
    unsigned char* row_keep = keep + (long long)blockIdx.x * length;

    for (unsigned i = thread; i < count; i += threads)
    {
        float weight = row_gates[i];
        if (row_active != nullptr)
            weight *= row_active[i] != 0 ? 1.0f : 0.0f;
        keys[i] = __float_as_uint(weight);
    }
    __syncthreads();

    sum_blocks(keys, count / kWarp, thread, threads, scratch->block_sums);
    __syncthreads();
    if (warp == 0)
    {
        float sum = sum_row(keys, count, scratch->block_sums, lane);
        if (lane == 0)
            scratch->sum = sum;
    }
    __syncthreads();

    for (unsigned i = thread; i < (unsigned)padded; i += threads)
        keys[i] = i < count ? sort_key(weight_at(keys, i) / scratch->sum, i) : ~0ull;
    __syncthreads();
    sort_keys(keys, (unsigned)padded, thread, threads);

    // Every thread adds the large shares of its stretch of the sorted row; then warps, then the block.
    unsigned stretch = (unsigned)padded / threads;
    unsigned begin = thread * stretch;
    double total = 0;
    int large = 0;
    for (unsigned i = begin; i < begin + stretch && i < count && share_of(keys[i]) >= kExactShare; ++i, ++large)
        total += share_of(keys[i]);
    double running = total;
    for (unsigned delta = 1; delta < kWarp; delta *= 2)
    {
        double before = __shfl_up_sync(kAllLanes, running, delta);
        int large_before = __shfl_up_sync(kAllLanes, large, delta);
        if (lane >= delta)
        {
            running += before;
            large += large_before;
        }
    }
    if (lane == kWarp - 1)
    {
        scratch->warp_totals[warp] = running;
        scratch->warp_counts[warp] = large;
    }
    __syncthreads();
    if (thread == 0)
    {
        double sum = 0;
        int counted = 0;
        for (unsigned w = 0; w < threads / kWarp; ++w)
        {
            double warp_total = scratch->warp_totals[w];
            scratch->warp_totals[w] = sum;
            sum += warp_total;
            counted += scratch->warp_counts[w];
        }
        // Shares of gates sum to about 1. If not, the sums may not be exact, and nothing of them is used.
        scratch->exact_count = sum < 2 ? counted : 0;
        scratch->exact_total = sum < 2 ? sum : 0;
        keep_serially(keys, (unsigned)scratch->exact_count, scratch->exact_total, count, tau, flags, scratch);
    }
    __syncthreads();

    running += scratch->warp_totals[warp] - total;
    for (unsigned i = begin; i < begin + stretch && i < count; ++i)
    {
        if (i < (unsigned)scratch->exact_count)
        {
            running += share_of(keys[i]);
            flags[position_of(keys[i])] = (float)running <= tau;
        }
        else if (i >= (unsigned)scratch->serial_end)
        {
            flags[position_of(keys[i])] = scratch->rest_kept != 0;
        }
    }
    __syncthreads();

    unsigned top = position_of(keys[0]);
    for (unsigned i = thread; i < count; i += threads)
        row_keep[i] = (i == top || flags[i] != 0) && (row_active == nullptr || row_active[i] != 0);
}

// Keep flags in sorted order to their tokens: keep[row, order[row, i]] = kept[row, i], the top token always, others only if active.
//
// order [rows, length] int64, kept [rows, length] bytes, active [rows, length] bytes or null, keep [rows, length] bytes, all without
// gaps. One thread per element; blocks of any number of threads. A position outside the row stops the launch.
extern "C" __global__ void __launch_bounds__(1024) scatter_keep_mask(
    const long long* order, const unsigned char* kept, const unsigned char* active, unsigned char* keep, long long rows, int length)
{
    long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= rows * length)
        return;
    long long row = i / length;
    long long position = order[i];
    if ((unsigned long long)position >= (unsigned long long)length)
        __trap();
    long long target = row * length + position;
    bool top = i == row * length;
    keep[target] = (top || kept[i] != 0) && (active == nullptr || active[target] != 0);
}
