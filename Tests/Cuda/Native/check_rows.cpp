#include "check.h"
#include "kernels.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace
{

// The bits of one element: float32, or bfloat16.
template <typename Element>
float to_float(Element bits)
{
    return __uint_as_float(sizeof(Element) == 4 ? (unsigned)bits : (unsigned)bits << 16);
}

template <typename Element>
Element from_double(double value)
{
    float narrow = (float)value;
    unsigned bits = __float_as_uint(narrow);
    if (sizeof(Element) == 4)
        return (Element)bits;
    if (std::isnan(narrow))
        return (Element)((bits >> 16) | 0x40u);
    unsigned below = bits & 0xffffu;
    unsigned upper = bits >> 16;
    return (Element)(upper + (below > 0x8000u || (below == 0x8000u && (upper & 1u) != 0)));
}

// Kernels of one way to move rows: the unit that is moved, in elements.
template <typename Element, typename Unit, auto Compact, auto Expand, auto ScatterAdd>
void check_way(Report& report, Random& random, const char* name)
{
    constexpr std::size_t per_unit = sizeof(Unit) / sizeof(Element);
    for (int round = 0; round < 60; ++round)
    {
        std::size_t row_count = 1 + random.below(40);
        std::size_t units = 1 + random.below(random.below(4) == 0 ? 300 : 20);
        std::size_t columns = units * per_unit;
        std::size_t gap_units = random.below(3);
        std::size_t stride = columns + gap_units * per_unit;
        bool repeats = random.below(3) == 0;
        std::vector<long long> index;
        for (std::size_t n = 0; n < row_count; ++n)
        {
            for (std::size_t times = random.below(repeats ? 4 : 2); times > 0; --times)
                index.push_back((long long)n);
        }
        std::size_t count = index.size();
        unsigned x = 32u << random.below(3);
        host::Dim3 block{x, 256 / x};
        auto blocks = [&](std::size_t rows) { return host::Dim3{(unsigned)((rows + block.y - 1) / block.y)}; };
        host::Options options{(host::Order)random.below(3), random.engine()};
        std::string what = std::string(name) + " rows " + std::to_string(row_count) + " columns " + std::to_string(columns) + " kept "
            + std::to_string(count);

        auto values = [&](std::size_t n) {
            std::vector<Element> made(n);
            for (auto& value : made)
                value = from_double<Element>(random.uniform() * 4 - 2);
            return made;
        };
        auto aligned = [](const std::vector<Element>& elements) {
            std::vector<Unit> made((elements.size() + per_unit - 1) / per_unit);
            if (!elements.empty())
                std::memcpy((void*)made.data(), elements.data(), elements.size() * sizeof(Element));
            return made;
        };
        auto elements = [](const std::vector<Unit>& from) {
            std::vector<Element> made(from.size() * per_unit);
            if (!from.empty())
                std::memcpy(made.data(), (const void*)from.data(), made.size() * sizeof(Element));
            return made;
        };
        auto rows = values(row_count * columns);
        auto packed = values(count * columns);
        auto strided_rows = aligned(spread(rows, columns, stride));
        auto strided_packed = aligned(spread(packed, columns, stride));
        long long unit_stride = (long long)(stride / per_unit);

        std::vector<Unit> taken(count * units);
        auto outcome = count == 0 ? host::Outcome::Finished : host::launch(blocks(count), block, 0, options, [&] {
            Compact(
                strided_rows.data(), unit_stride, index.data(), (long long)count, (long long)row_count, (long long)units, taken.data());
        });
        std::vector<Element> expected;
        for (long long n : index)
            expected.insert(
                expected.end(), rows.begin() + (std::ptrdiff_t)((std::size_t)n * columns),
                rows.begin() + (std::ptrdiff_t)(((std::size_t)n + 1) * columns));
        report.check(outcome == host::Outcome::Finished && elements(taken) == expected, "compact_rows " + what);

        std::vector<int> inverse(row_count, -1);
        outcome = count == 0 ? host::Outcome::Finished : host::launch({(unsigned)(count + 63) / 64}, {64}, 0, options, [&] {
            invert_index(index.data(), (long long)count, (long long)row_count, inverse.data());
        });
        std::vector<int> first(row_count, -1);
        for (std::size_t k = count; k-- > 0;)
            first[(std::size_t)index[k]] = (int)k;
        report.check(outcome == host::Outcome::Finished && inverse == first, "invert_index " + what);

        // Expanding, and its gradients: without packed rows, and without rows.
        for (int sources = 1; sources < 4; ++sources)
        {
            std::vector<Unit> result(row_count * units, strided_rows[0]);
            outcome = host::launch(blocks(row_count), block, 0, options, [&] {
                Expand(
                    (sources & 1) != 0 ? strided_rows.data() : nullptr, unit_stride, inverse.data(),
                    (sources & 2) != 0 ? strided_packed.data() : nullptr, unit_stride, (long long)row_count, (long long)units,
                    result.data());
            });
            std::vector<Element> wanted(row_count * columns);
            for (std::size_t n = 0; n < row_count; ++n)
            {
                for (std::size_t i = 0; i < columns; ++i)
                {
                    bool from_packed = inverse[n] >= 0;
                    if ((sources & (from_packed ? 2 : 1)) != 0)
                        wanted[n * columns + i] = from_packed ? packed[(std::size_t)inverse[n] * columns + i] : rows[n * columns + i];
                }
            }
            report.check(
                outcome == host::Outcome::Finished && elements(result) == wanted,
                "expand_rows sources " + std::to_string(sources) + " " + what);
        }

        std::vector<Unit> result(row_count * units, strided_rows[0]);
        outcome = host::launch(blocks(row_count), block, 0, options, [&] {
            ScatterAdd(
                strided_packed.data(), unit_stride, index.data(), (long long)count, inverse.data(), (long long)row_count,
                (long long)units, result.data());
        });
        std::vector<float> sums(row_count * columns);
        for (std::size_t k = 0; k < count; ++k)
        {
            for (std::size_t i = 0; i < columns; ++i)
                sums[(std::size_t)index[k] * columns + i] += to_float(packed[k * columns + i]);
        }
        std::vector<Element> wanted(sums.size());
        std::transform(sums.begin(), sums.end(), wanted.begin(), [](float sum) { return from_double<Element>(sum); });
        report.check(outcome == host::Outcome::Finished && elements(result) == wanted, "scatter_add_rows " + what);
    }
}

} // namespace

void check_rows(Report& report)
{
    Random random(13);
    check_way<unsigned, uint4, compact_rows_b16, expand_rows_b16, scatter_add_rows_f32x4>(report, random, "float32 by 16 bytes");
    check_way<unsigned, unsigned, compact_rows_b4, expand_rows_b4, scatter_add_rows_f32>(report, random, "float32 by 4 bytes");
    check_way<unsigned short, uint4, compact_rows_b16, expand_rows_b16, scatter_add_rows_bf16x8>(report, random, "bfloat16 by 16 bytes");
    check_way<unsigned short, unsigned short, compact_rows_b2, expand_rows_b2, scatter_add_rows_bf16>(
        report, random, "bfloat16 by 2 bytes");

    for (long long bad : {-1ll, 3ll, 1ll << 40})
    {
        std::vector<unsigned> rows(3), packed(2);
        std::vector<int> inverse(3, -1);
        long long index[] = {0, bad};
        auto outcome = host::launch(
            {1}, {32, 8}, 0, {}, [&] { compact_rows_b4(rows.data(), 1, index, 2, 3, 1, packed.data()); });
        report.check(outcome == host::Outcome::Trapped, "compact_rows stops at row " + std::to_string(bad));
        outcome = host::launch({1}, {32}, 0, {}, [&] { invert_index(index, 2, 3, inverse.data()); });
        report.check(outcome == host::Outcome::Trapped, "invert_index stops at row " + std::to_string(bad));
    }

    // Not a number stays one, and does not become infinity, when a gradient is rounded to bfloat16.
    unsigned short gradient[] = {0x7fc0, 0x7f80, 0xff80, 0x7f7f};
    unsigned short sum[4];
    long long index = 0;
    int inverse = 0;
    host::launch({1}, {32, 8}, 0, {}, [&] { scatter_add_rows_bf16(gradient, 4, &index, 1, &inverse, 1, 4, sum); });
    report.check(std::equal(gradient, gradient + 4, sum), "scatter_add_rows keeps NaN and infinities in bfloat16");
}
