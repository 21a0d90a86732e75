#include "host_prelude.h"

#include <algorithm>
#include <csetjmp>
#include <cstdlib>
#include <memory>
#include <random>
#include <utility>

#if defined(__SANITIZE_ADDRESS__)
#define TEF_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEF_ASAN 1
#endif
#endif
#ifdef TEF_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

host::Dim3 threadIdx, blockIdx, blockDim, gridDim;

namespace host
{
namespace
{

constexpr unsigned kWarp = 32;
constexpr std::size_t kStackBytes = 64 << 10;

enum class State
{
    Ready,
    AtBlockBarrier,
    AtWarpBarrier,
    Finished,
};

// Where to go on: on a stack of its own for the first time, then wherever it left.
struct Place
{
    ucontext_t start;
    std::jmp_buf again;
    bool started = true;
};

struct Fibre
{
    Place place;
    std::unique_ptr<unsigned char[]> stack;
    Dim3 index;
    State state = State::Ready;
    int line = 0;
    std::uint64_t exchanged = 0;
    void* fake_stack = nullptr;
};

struct Block
{
    Place scheduler;
    void* scheduler_fake_stack = nullptr;
    const void* scheduler_stack = nullptr;
    std::size_t scheduler_stack_bytes = 0;
    std::vector<Fibre> fibres;
    unsigned threads = 0;
    unsigned current = 0;
    bool trapped = false;
    const std::function<void()>* kernel = nullptr;
    const Options* options = nullptr;
    std::unique_ptr<unsigned char[]> shared;
};

thread_local Block g_block;
thread_local std::set<int> g_lines;

// Jumps save no signal masks and so make no system calls, unlike swapcontext.
void go(Place& from, Place& to)
{
    if (_setjmp(from.again) != 0)
        return;
    if (to.started)
        _longjmp(to.again, 1);
    to.started = true;
    setcontext(&to.start);
}

Fibre& current() { return g_block.fibres[g_block.current]; }

// What a fibre wrote into the globals belongs to it alone.
void enter(Fibre& fibre)
{
#ifdef TEF_ASAN
    __sanitizer_finish_switch_fiber(fibre.fake_stack, &g_block.scheduler_stack, &g_block.scheduler_stack_bytes);
#endif
    threadIdx = fibre.index;
}

void leave([[maybe_unused]] bool for_good)
{
    Fibre& fibre = current();
#ifdef TEF_ASAN
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fibre.fake_stack, g_block.scheduler_stack, g_block.scheduler_stack_bytes);
#endif
    go(fibre.place, g_block.scheduler);
    enter(fibre);
}

void run_fibre()
{
    enter(current());
    (*g_block.kernel)();
    current().state = State::Finished;
    leave(true);
}

void prepare(Fibre& fibre, Dim3 index)
{
    if (fibre.stack == nullptr)
        fibre.stack.reset(new unsigned char[kStackBytes]);
#ifdef TEF_ASAN
    // A thread that trapped has left its guards behind.
    __asan_unpoison_memory_region(fibre.stack.get(), kStackBytes);
#endif
    fibre.index = index;
    fibre.state = State::Ready;
    fibre.fake_stack = nullptr;
    fibre.place.started = false;
    ucontext_t& start = fibre.place.start;
    getcontext(&start);
    start.uc_stack.ss_sp = fibre.stack.get();
    start.uc_stack.ss_size = kStackBytes;
    start.uc_link = nullptr;
    makecontext(&start, run_fibre, 0);
}

void resume(unsigned thread)
{
    g_block.current = thread;
    Fibre& fibre = g_block.fibres[thread];
#ifdef TEF_ASAN
    __sanitizer_start_switch_fiber(&g_block.scheduler_fake_stack, fibre.stack.get(), kStackBytes);
#endif
    go(g_block.scheduler, fibre.place);
#ifdef TEF_ASAN
    __sanitizer_finish_switch_fiber(g_block.scheduler_fake_stack, nullptr, nullptr);
#endif
}

// Lets a group of threads pass a barrier that all of them have reached. False when they cannot meet any more.
bool release(unsigned begin, unsigned end, State barrier)
{
    int line = g_block.fibres[begin].line;
    for (unsigned t = begin; t < end; ++t)
    {
        if (g_block.fibres[t].state != barrier || g_block.fibres[t].line != line)
            return false;
    }
    for (unsigned t = begin; t < end; ++t)
        g_block.fibres[t].state = State::Ready;
    return true;
}

Outcome run_block(std::vector<unsigned>& order, std::mt19937_64& random)
{
    for (;;)
    {
        if (g_block.options->order == Order::Shuffled)
            std::shuffle(order.begin(), order.end(), random);
        bool ran = false;
        for (unsigned thread : order)
        {
            if (g_block.fibres[thread].state != State::Ready)
                continue;
            ran = true;
            resume(thread);
            if (g_block.trapped)
                return Outcome::Trapped;
        }
        if (ran)
            continue;

        // Nobody can run. One warp whose threads all wait at the same warp barrier goes on and so runs as far ahead of the others
        // as barriers of the block let it; without such a warp the whole block goes on.
        bool released = false;
        for (unsigned thread : order)
        {
            unsigned begin = thread / kWarp * kWarp;
            released = release(begin, std::min(begin + kWarp, g_block.threads), State::AtWarpBarrier);
            if (released)
                break;
        }
        if (!released && !release(0, g_block.threads, State::AtBlockBarrier))
        {
            auto finished = [](const Fibre& fibre) { return fibre.state == State::Finished; };
            bool all = std::all_of(g_block.fibres.begin(), g_block.fibres.begin() + g_block.threads, finished);
            return all ? Outcome::Finished : Outcome::Diverged;
        }
    }
}

} // namespace

void barrier(bool whole_block, int line)
{
    g_lines.insert(line);
    if (line == g_block.options->dropped_barrier)
        return;
    Fibre& fibre = current();
    fibre.state = whole_block ? State::AtBlockBarrier : State::AtWarpBarrier;
    fibre.line = line;
    leave(false);
}

std::uint64_t shuffle(std::uint64_t bits, int source_lane, int line)
{
    Fibre& fibre = current();
    // Two meetings: all lanes have written before one reads, all have read before one writes again.
    for (int meeting = 0; meeting < 2; ++meeting)
    {
        if (meeting == 0)
            fibre.exchanged = bits;
        else if (source_lane >= 0)
            bits = g_block.fibres[g_block.current / kWarp * kWarp + (unsigned)source_lane].exchanged;
        fibre.state = State::AtWarpBarrier;
        fibre.line = -line;
        leave(false);
    }
    return bits;
}

void trap()
{
    g_block.trapped = true;
    leave(true);
    std::abort();
}

unsigned lane() { return g_block.current % kWarp; }

unsigned char* dynamic_shared() { return g_block.shared.get(); }

std::set<int> take_barrier_lines() { return std::exchange(g_lines, {}); }

Outcome launch(Dim3 grid, Dim3 block, std::size_t shared_bytes, const Options& options, const std::function<void()>& kernel)
{
    g_block.threads = block.x * block.y * block.z;
    g_block.kernel = &kernel;
    g_block.options = &options;
    if (g_block.fibres.size() < g_block.threads)
        g_block.fibres.resize(g_block.threads);
    std::vector<unsigned> order(g_block.threads);
    for (unsigned t = 0; t < g_block.threads; ++t)
        order[t] = options.order == Order::Descending ? g_block.threads - 1 - t : t;
    std::mt19937_64 random(options.seed);
    gridDim = grid;
    blockDim = block;
    for (unsigned z = 0; z < grid.z; ++z)
    for (unsigned y = 0; y < grid.y; ++y)
    for (unsigned x = 0; x < grid.x; ++x)
    {
        blockIdx = {x, y, z};
        g_block.trapped = false;
        g_block.shared.reset(new unsigned char[shared_bytes]);
        for (std::size_t i = 0; i < shared_bytes; ++i)
            g_block.shared[i] = (unsigned char)(random() >> 56);
        for (unsigned t = 0; t < g_block.threads; ++t)
        {
            Dim3 index{t % block.x, t / block.x % block.y, t / block.x / block.y};
            prepare(g_block.fibres[t], index);
        }
        Outcome outcome = run_block(order, random);
        g_block.shared.reset();
        if (outcome != Outcome::Finished)
            return outcome;
    }
    return Outcome::Finished;
}

} // namespace host
