#include "check.h"
#include "kernels.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <numeric>

#include <sys/wait.h>
#include <unistd.h>

namespace
{

constexpr std::size_t kScratchBytes = 1432;

// PyTorch's sum of a contiguous float row on the CPU, written from its definition: rows of 8 lanes × 4 accumulators, cascaded over
// four levels of 16 steps.
float cascade(const float* x, long long size, long long lanes, long long lane)
{
    float levels[4][4] = {};
    long long steps = size / 4;
    for (long long i = 0; i < steps;)
    {
        for (int k = 0; k < 4; ++k)
            levels[0][k] += x[(i * 4 + k) * lanes + lane];
        ++i;
        for (int level = 1, span = 16; level < 4 && i % span == 0; ++level, span *= 16)
        {
            for (int k = 0; k < 4; ++k)
            {
                levels[level][k] += levels[level - 1][k];
                levels[level - 1][k] = 0;
            }
        }
    }
    for (int level = 1; level < 4; ++level)
    {
        for (int k = 0; k < 4; ++k)
            levels[0][k] += levels[level][k];
    }
    for (long long i = steps * 4; i < size; ++i)
        levels[0][0] += x[i * lanes + lane];
    return levels[0][0] + levels[0][1] + levels[0][2] + levels[0][3];
}

float torch_sum(const std::vector<float>& x)
{
    long long size = (long long)x.size();
    if (size < 8)
        return cascade(x.data(), size, 1, 0);
    float sum = 0;
    for (long long i = size / 8 * 8; i < size; ++i)
        sum += x[(std::size_t)i];
    for (long long lane = 0; lane < 8; ++lane)
        sum += cascade(x.data(), size / 8, 8, lane);
    return sum;
}

Bytes reference(const std::vector<float>& gates, const Bytes& active, std::size_t length, float tau)
{
    Bytes keep(gates.size());
    for (std::size_t row = 0; row < gates.size(); row += length)
    {
        std::vector<float> shares(gates.begin() + (std::ptrdiff_t)row, gates.begin() + (std::ptrdiff_t)(row + length));
        if (!active.empty())
        {
            for (std::size_t i = 0; i < length; ++i)
                shares[i] *= active[row + i] != 0 ? 1.0f : 0.0f;
        }
        float sum = torch_sum(shares);
        for (float& share : shares)
            share /= sum;
        std::vector<std::size_t> order(length);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return shares[a] > shares[b] || (std::isnan(shares[a]) && !std::isnan(shares[b]));
        });
        double running = 0;
        for (std::size_t i = 0; i < length; ++i)
        {
            running += shares[order[i]];
            std::size_t at = row + order[i];
            keep[at] = (i == 0 || (float)running <= tau) && (active.empty() || active[at] != 0);
        }
    }
    return keep;
}

unsigned padded_length(std::size_t length)
{
    unsigned padded = 64;
    while (padded < length)
        padded *= 2;
    return padded;
}

// The kernel with rows apart by more than their length, and sources as long as they must be, to the byte.
host::Outcome fused(
    const std::vector<float>& gates, const Bytes& active, std::size_t length, float tau, unsigned threads, const host::Options& options,
    Bytes& keep)
{
    std::size_t rows = gates.size() / length;
    std::size_t gate_stride = length + 3;
    std::size_t active_stride = length + 5;
    auto strided_gates = spread(gates, length, gate_stride);
    auto strided_active = spread(active, length, active_stride);
    unsigned padded = padded_length(length);
    threads = std::min(threads, padded / 2);
    keep.assign(gates.size(), 0xcd);
    return host::launch({(unsigned)rows}, {threads}, 9u * padded + kScratchBytes, options, [&] {
        keep_mask_fused(
            strided_gates.data(), (long long)gate_stride, active.empty() ? nullptr : strided_active.data(), (long long)active_stride,
            keep.data(), (int)length, (int)padded, tau);
    });
}

// The path of long rows: the tensor library sorts and adds, the kernel scatters.
host::Outcome scattered(
    const std::vector<float>& gates, const Bytes& active, std::size_t length, const host::Options& options, Random& random, Bytes& keep,
    Bytes& expected)
{
    std::vector<long long> order(gates.size());
    Bytes kept(gates.size());
    expected.assign(gates.size(), 0);
    for (std::size_t row = 0; row < gates.size(); row += length)
    {
        std::iota(order.begin() + (std::ptrdiff_t)row, order.begin() + (std::ptrdiff_t)(row + length), 0);
        std::shuffle(order.begin() + (std::ptrdiff_t)row, order.begin() + (std::ptrdiff_t)(row + length), random.engine);
        for (std::size_t i = 0; i < length; ++i)
        {
            std::size_t at = row + (std::size_t)order[row + i];
            kept[row + i] = random.below(2) != 0;
            expected[at] = (i == 0 || kept[row + i] != 0) && (active.empty() || active[at] != 0);
        }
    }
    keep.assign(gates.size(), 0xcd);
    unsigned blocks = (unsigned)((gates.size() + 255) / 256);
    return host::launch({blocks}, {256}, 0, options, [&] {
        scatter_keep_mask(
            order.data(), kept.data(), active.empty() ? nullptr : active.data(), keep.data(), (long long)(gates.size() / length),
            (int)length);
    });
}

enum class Gates
{
    Random,
    Saturated,
    Ties,
    Equal,
    Tiny,
    Zeros,
    Skewed,
    WithNaN,
    WithInfinity,
    Signed,
    Last = Signed,
};

std::vector<float> make_gates(Gates kind, std::size_t count, Random& random)
{
    std::vector<float> gates(count);
    float same = random.uniform();
    for (float& gate : gates)
    {
        float x = random.uniform();
        switch (kind)
        {
        case Gates::Saturated: gate = 1 / (1 + std::exp((x - 0.5f) * 60)); break;
        case Gates::Ties: gate = (float)random.below(4) / 4; break;
        case Gates::Equal: gate = same; break;
        case Gates::Tiny: gate = std::ldexp(x, -(int)random.below(140)); break;
        case Gates::Zeros: gate = random.below(3) == 0 ? x : 0; break;
        case Gates::Skewed: gate = x * x * x * x * x * x; break;
        case Gates::WithNaN: gate = random.below(40) == 0 ? std::nanf("") : x; break;
        case Gates::WithInfinity: gate = random.below(40) == 0 ? std::numeric_limits<float>::infinity() : x; break;
        case Gates::Signed: gate = random.below(8) == 0 ? -x : random.below(8) == 0 ? -0.0f : x; break;
        default: gate = x; break;
        }
    }
    return gates;
}

Bytes make_active(std::size_t count, std::size_t length, Random& random)
{
    Bytes active;
    switch (random.below(5))
    {
    case 0: break;
    case 1: active.assign(count, 1); break;
    case 2:
        for (std::size_t i = 0; i < count; ++i)
            active.push_back(random.below(2) != 0);
        break;
    case 3: // Padded at the end, each row differently; some rows fully.
        for (std::size_t row = 0; row < count; row += length)
        {
            std::size_t used = random.below(length + 1);
            for (std::size_t i = 0; i < length; ++i)
                active.push_back(i < used);
        }
        break;
    default: active.assign(count, 0); break;
    }
    return active;
}

constexpr float kTaus[] = {0, 1e-6f, 0.25f, 0.5f, 0.9f, 0.95f, 0.99f, 0.999999f, 1 - 0x1p-24f, 1, 2};

} // namespace

void check_keep_mask(Report& report, bool quick)
{
    Random random(7);
    std::vector<std::size_t> lengths = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 39, 63, 64, 65, 100, 127, 128, 129, 513};
    if (!quick)
        lengths.insert(lengths.end(), {511, 512, 777, 1000, 2047, 2048, 2049, 3001, 4095, 4096});
    for (std::size_t length : lengths)
    {
        for (int kind = 0; kind <= (int)Gates::Last; ++kind)
        {
            std::size_t rows = length < 600 ? 3 : 1;
            auto gates = make_gates((Gates)kind, rows * length, random);
            auto active = make_active(gates.size(), length, random);
            unsigned threads = random.below(2) == 0 ? 1024 : 32u << random.below(5);
            host::Options options{(host::Order)random.below(3), random.engine()};
            // Long rows, and all rows under sanitizers, take fewer, so that the whole stays a matter of seconds.
            std::size_t taus = length >= 600 ? 1 : quick ? 2 : std::size(kTaus);
            std::size_t first = random.below(std::size(kTaus));
            for (std::size_t t = 0; t < taus; ++t)
            {
                float tau = kTaus[(first + t) % std::size(kTaus)];
                Bytes keep;
                auto outcome = fused(gates, active, length, tau, threads, options, keep);
                report.check(
                    outcome == host::Outcome::Finished && keep == reference(gates, active, length, tau),
                    "keep_mask_fused length " + std::to_string(length) + " gates " + std::to_string(kind) + " tau " + std::to_string(tau)
                        + " threads " + std::to_string(threads) + " outcome " + std::to_string((int)outcome));
            }
            Bytes keep, expected;
            auto outcome = scattered(gates, active, length, options, random, keep, expected);
            report.check(outcome == host::Outcome::Finished && keep == expected, "scatter_keep_mask length " + std::to_string(length));
        }
    }

    for (long long bad : {-1ll, 4ll, 1ll << 40})
    {
        long long order[] = {0, 1, bad, 3};
        Bytes kept(4), keep(4);
        auto outcome = host::launch(
            {1}, {32}, 0, {}, [&] { scatter_keep_mask(order, kept.data(), nullptr, keep.data(), 1, 4); });
        report.check(outcome == host::Outcome::Trapped, "scatter_keep_mask stops at position " + std::to_string(bad));
    }
}

void check_barriers(Report& report)
{
    // Ties, tiny and masked gates in a row long enough for several warps and several blocks of the sum.
    Random random(11);
    std::size_t length = 1500;
    auto gates = make_gates(Gates::Random, length, random);
    Bytes active(length, 1);
    for (std::size_t i = 0; i < length; i += 7)
        active[i] = 0;
    auto expected = reference(gates, active, length, 0.7f);

    Bytes keep;
    host::take_barrier_lines();
    fused(gates, active, length, 0.7f, 1024, {}, keep);
    auto lines = host::take_barrier_lines();
    report.check(keep == expected && lines.size() >= 8, "barriers found: " + std::to_string(lines.size()));
    for (int line : lines)
    {
        bool noticed = false;
        for (int attempt = 0; attempt < 12 && !noticed; ++attempt)
        {
            // Without its barrier a kernel may write anywhere: it does so in a process of its own.
            pid_t child = fork();
            if (child == 0)
            {
                host::Options options{(host::Order)(attempt % 3), (std::uint64_t)attempt, line};
                auto outcome = fused(gates, active, length, 0.7f, 1024, options, keep);
                _exit(outcome != host::Outcome::Finished || keep != expected);
            }
            int status = 0;
            noticed = child > 0 && waitpid(child, &status, 0) == child && status != 0;
        }
        report.check(noticed, "keep_mask_fused without the barrier in line " + std::to_string(line) + " goes unnoticed");
    }
}

void check_golden(Report& report, const char* path)
{
    // Per case: rows, length, tau, whether there is a mask; gates; mask; expected flags.
    std::ifstream file(path);
    std::size_t rows, length;
    float tau;
    int masked;
    while (file >> rows >> length >> tau >> masked)
    {
        std::vector<float> gates(rows * length);
        Bytes active(masked != 0 ? gates.size() : 0), expected(gates.size());
        for (float& gate : gates)
            file >> gate;
        for (Bytes* flags : {&active, &expected})
        {
            for (auto& flag : *flags)
            {
                int value;
                file >> value;
                flag = (unsigned char)value;
            }
        }
        Bytes keep;
        auto outcome = fused(gates, active, length, tau, 1024, {host::Order::Shuffled, 5}, keep);
        report.check(
            file && outcome == host::Outcome::Finished && keep == expected,
            "golden [" + std::to_string(rows) + ", " + std::to_string(length) + "] tau " + std::to_string(tau));
    }
}
