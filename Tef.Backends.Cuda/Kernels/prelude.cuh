// The few words of CUDA C++ that the kernels use, so that they compile without the CUDA headers.
//
// Three compilers read the kernels: clang for NVPTX (which makes the PTX that is shipped), nvcc, which knows these words by itself,
// and any C++ compiler with the host prelude of the tests included first, which runs the threads of a block as fibres.
#pragma once

#if defined(__CUDACC__) && !defined(__clang__)

#define TEF_DYNAMIC_SHARED(name) extern __shared__ __align__(16) unsigned char name[]

template <typename Unit>
__device__ __forceinline__ Unit load_unit(const Unit* unit)
{
    return *unit;
}

template <typename Unit>
__device__ __forceinline__ void store_unit(Unit* unit, Unit value)
{
    *unit = value;
}

#elif defined(__CUDA__) && defined(__clang__)

#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __shared__ __attribute__((shared))
#define __forceinline__ __inline__ __attribute__((always_inline))
#define __launch_bounds__(threads) __attribute__((launch_bounds(threads)))
#define TEF_DYNAMIC_SHARED(name) extern __shared__ __attribute__((aligned(16))) unsigned char name[]

struct __attribute__((aligned(16))) uint4
{
    unsigned x, y, z, w;
};

struct TefThreadIndex
{
    __declspec(property(get = get_x)) unsigned x;
    __declspec(property(get = get_y)) unsigned y;
    __device__ __forceinline__ unsigned get_x() const { return __nvvm_read_ptx_sreg_tid_x(); }
    __device__ __forceinline__ unsigned get_y() const { return __nvvm_read_ptx_sreg_tid_y(); }
};

struct TefBlockIndex
{
    __declspec(property(get = get_x)) unsigned x;
    __declspec(property(get = get_y)) unsigned y;
    __device__ __forceinline__ unsigned get_x() const { return __nvvm_read_ptx_sreg_ctaid_x(); }
    __device__ __forceinline__ unsigned get_y() const { return __nvvm_read_ptx_sreg_ctaid_y(); }
};

struct TefBlockSize
{
    __declspec(property(get = get_x)) unsigned x;
    __declspec(property(get = get_y)) unsigned y;
    __device__ __forceinline__ unsigned get_x() const { return __nvvm_read_ptx_sreg_ntid_x(); }
    __device__ __forceinline__ unsigned get_y() const { return __nvvm_read_ptx_sreg_ntid_y(); }
};

extern const __device__ __attribute__((weak)) TefThreadIndex threadIdx;
extern const __device__ __attribute__((weak)) TefBlockIndex blockIdx;
extern const __device__ __attribute__((weak)) TefBlockSize blockDim;

// A struct of four words would move as two halves; a vector moves at once.
typedef unsigned TefVector __attribute__((ext_vector_type(4)));

__device__ __forceinline__ uint4 load_unit(const uint4* unit)
{
    TefVector value = *(const TefVector*)unit;
    return {value.x, value.y, value.z, value.w};
}

__device__ __forceinline__ void store_unit(uint4* unit, uint4 value) { *(TefVector*)unit = TefVector{value.x, value.y, value.z, value.w}; }

template <typename Unit>
__device__ __forceinline__ Unit load_unit(const Unit* unit)
{
    return *unit;
}

template <typename Unit>
__device__ __forceinline__ void store_unit(Unit* unit, Unit value)
{
    *unit = value;
}

// __syncthreads() is a builtin of clang.
__device__ __forceinline__ void __syncwarp() { __nvvm_bar_warp_sync(0xffffffffu); }

__device__ __forceinline__ void __trap() { __builtin_trap(); }

__device__ __forceinline__ unsigned __float_as_uint(float value) { return __builtin_bit_cast(unsigned, value); }

__device__ __forceinline__ float __uint_as_float(unsigned bits) { return __builtin_bit_cast(float, bits); }

__device__ __forceinline__ int __shfl_sync(unsigned mask, int value, int lane) { return __nvvm_shfl_sync_idx_i32(mask, value, lane, 31); }

__device__ __forceinline__ float __shfl_sync(unsigned mask, float value, int lane)
{
    return __builtin_bit_cast(float, __nvvm_shfl_sync_idx_i32(mask, __builtin_bit_cast(int, value), lane, 31));
}

__device__ __forceinline__ int __shfl_up_sync(unsigned mask, int value, unsigned delta)
{
    return __nvvm_shfl_sync_up_i32(mask, value, (int)delta, 0);
}

__device__ __forceinline__ double __shfl_up_sync(unsigned mask, double value, unsigned delta)
{
    long long bits = __builtin_bit_cast(long long, value);
    int low = __nvvm_shfl_sync_up_i32(mask, (int)bits, (int)delta, 0);
    int high = __nvvm_shfl_sync_up_i32(mask, (int)(bits >> 32), (int)delta, 0);
    return __builtin_bit_cast(double, ((long long)high << 32) | (unsigned)low);
}

#elif !defined(TEF_HOST_PRELUDE)
#error "Compile this file as CUDA, or include the host prelude first."
#endif
