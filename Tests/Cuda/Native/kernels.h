// The kernels under test, as the host compiler sees them.
#pragma once

#include "host_prelude.h"

extern "C"
{
void keep_mask_fused(
    const float* gates, long long gate_stride, const unsigned char* active, long long active_stride, unsigned char* keep, int length,
    int padded, float tau);
void scatter_keep_mask(
    const long long* order, const unsigned char* kept, const unsigned char* active, unsigned char* keep, long long rows, int length);
void invert_index(const long long* index, long long count, long long row_count, int* inverse);

#define TEF_DECLARE_ROW_KERNELS(suffix, Unit)                                                                                         \
    void compact_rows_##suffix(                                                                                                       \
        const Unit* rows, long long row_stride, const long long* index, long long count, long long row_count, long long units,        \
        Unit* packed);                                                                                                                \
    void expand_rows_##suffix(                                                                                                        \
        const Unit* rows, long long row_stride, const int* inverse, const Unit* packed, long long packed_stride, long long row_count, \
        long long units, Unit* result);

TEF_DECLARE_ROW_KERNELS(b16, uint4)
TEF_DECLARE_ROW_KERNELS(b4, unsigned)
TEF_DECLARE_ROW_KERNELS(b2, unsigned short)

#define TEF_DECLARE_SCATTER_ADD(suffix, Unit)                                                                                     \
    void scatter_add_rows_##suffix(                                                                                               \
        const Unit* packed, long long packed_stride, const long long* index, long long count, const int* inverse,                 \
        long long row_count, long long units, Unit* result);

TEF_DECLARE_SCATTER_ADD(f32x4, uint4)
TEF_DECLARE_SCATTER_ADD(f32, unsigned)
TEF_DECLARE_SCATTER_ADD(bf16x8, uint4)
TEF_DECLARE_SCATTER_ADD(bf16, unsigned short)
}
