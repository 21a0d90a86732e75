// Runs CUDA kernels on the CPU. Include it before a .cu file.
//
// Every thread of a block is a fibre. A fibre runs until a barrier or a shuffle, then the next one runs, in an order that the test
// chooses: a kernel that forgot a barrier reads what another thread has not written yet, or has written already. Shared memory is
// allocated to the byte and filled with noise for every block, so that sanitizers and comparisons see what a kernel must not read.
#pragma once

#define TEF_HOST_PRELUDE 1

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <set>
#include <vector>

#include <ucontext.h>

namespace host
{

struct Dim3
{
    unsigned x = 1, y = 1, z = 1;
};

enum class Order
{
    Ascending,
    Descending,
    Shuffled,
};

struct Options
{
    Order order = Order::Ascending;
    std::uint64_t seed = 1;
    // The barrier in this line does nothing.
    int dropped_barrier = 0;
};

enum class Outcome
{
    Finished,
    // A thread called __trap().
    Trapped,
    // Threads ended, or wait at another barrier, while others wait for them.
    Diverged,
};

// Shuffles exchange the bits of all lanes of a warp.
std::uint64_t shuffle(std::uint64_t bits, int source_lane, int line);
void barrier(bool whole_block, int line);
[[noreturn]] void trap();
unsigned lane();
unsigned char* dynamic_shared();

// Lines of the barriers that ran since the last call.
std::set<int> take_barrier_lines();

// Runs all blocks of a launch, one after the other.
Outcome launch(Dim3 grid, Dim3 block, std::size_t shared_bytes, const Options& options, const std::function<void()>& kernel);

} // namespace host

extern host::Dim3 threadIdx, blockIdx, blockDim, gridDim;

#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(threads)
#define TEF_DYNAMIC_SHARED(name) unsigned char* name = host::dynamic_shared()
#define __syncthreads() host::barrier(true, __LINE__)
#define __syncwarp() host::barrier(false, __LINE__)
#define __trap() host::trap()
#define __shfl_sync(mask, value, lane) ((void)(mask), tef_shuffle(value, (int)(lane), __LINE__))
#define __shfl_up_sync(mask, value, delta) \
    ((void)(mask), tef_shuffle(value, host::lane() >= (delta) ? (int)(host::lane() - (delta)) : -1, __LINE__))

struct alignas(16) uint4
{
    unsigned x, y, z, w;
};

template <typename Unit>
inline Unit load_unit(const Unit* unit)
{
    return *unit;
}

template <typename Unit>
inline void store_unit(Unit* unit, Unit value)
{
    *unit = value;
}

inline unsigned __float_as_uint(float value)
{
    unsigned bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

inline float __uint_as_float(unsigned bits)
{
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

template <typename T>
inline T tef_shuffle(T value, int source_lane, int line)
{
    std::uint64_t bits = 0;
    std::memcpy(&bits, &value, sizeof value);
    bits = host::shuffle(bits, source_lane, line);
    std::memcpy(&value, &bits, sizeof value);
    return value;
}
