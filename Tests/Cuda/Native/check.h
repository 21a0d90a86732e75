// What the checks of the kernels share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

using Bytes = std::vector<unsigned char>;

struct Random
{
    explicit Random(std::uint64_t seed) : engine(seed) {}

    std::size_t below(std::size_t bound) { return (std::size_t)(engine() % bound); }

    float uniform() { return (float)(engine() >> 40) * 0x1p-24f; }

    std::mt19937_64 engine;
};

class Report
{
public:
    void check(bool holds, const std::string& what)
    {
        ++(holds ? passed_ : failed_);
        if (!holds && failed_ <= 20)
            std::printf("FAILED %s\n", what.c_str());
    }

    int finish() const
    {
        std::printf("%d held, %d failed\n", passed_, failed_);
        return failed_ == 0 && passed_ > 0 ? 0 : 1;
    }

private:
    int passed_ = 0;
    int failed_ = 0;
};

// Rows that lie `stride` elements apart, without anything behind the last.
template <typename T>
std::vector<T> spread(const std::vector<T>& rows, std::size_t length, std::size_t stride)
{
    std::vector<T> result;
    for (std::size_t row = 0; length > 0 && row * length < rows.size(); ++row)
    {
        result.resize(row * stride);
        result.insert(result.end(), rows.begin() + (std::ptrdiff_t)(row * length), rows.begin() + (std::ptrdiff_t)((row + 1) * length));
    }
    result.shrink_to_fit();
    return result;
}

void check_keep_mask(Report& report, bool quick);
void check_barriers(Report& report);
void check_golden(Report& report, const char* path);
void check_rows(Report& report);
