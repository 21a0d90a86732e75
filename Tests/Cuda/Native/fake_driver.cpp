// A CUDA driver for tests: the entry points that the backend uses, without a GPU. It reads the parameters of kernels from the PTX as
// the real one does, keeps a log of what it was asked, refuses what it was told to refuse, and runs launches on the CPU on request.
#include "kernels.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>

namespace
{

enum Result
{
    Success = 0,
    InvalidValue = 1,
    NoDevice = 100,
    InvalidDevice = 101,
    InvalidContext = 201,
    InvalidPtx = 218,
    NotFound = 500,
    IllegalInstruction = 715,
};

struct Function
{
    std::string name;
    std::vector<std::string> types;
    unsigned max_threads = 1024;
    void* context = nullptr;
};

struct Module
{
    std::map<std::string, Function> functions;
};

struct Driver
{
    std::map<std::string, long long> settings;
    std::map<std::string, int> failures;
    std::string log;
    std::vector<std::unique_ptr<Module>> modules;
    int retained = 0;
    int lost = 0;
};

std::recursive_mutex g_gate;
Driver g_driver;
thread_local std::vector<void*> g_contexts;

long long setting(const char* name, long long otherwise)
{
    auto found = g_driver.settings.find(name);
    return found == g_driver.settings.end() ? otherwise : found->second;
}

void note(const char* format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    g_driver.log += line;
}

// What the test wants an entry point to return.
int told(const char* entry)
{
    auto found = g_driver.failures.find(entry);
    return found != g_driver.failures.end() ? found->second : g_driver.lost;
}

void* context_of(int device) { return (void*)(std::intptr_t)(0x1000 + device); }

std::unique_ptr<Module> parse(const char* ptx, void* context)
{
    auto module = std::make_unique<Module>();
    std::istringstream text(ptx);
    std::string line;
    Function* function = nullptr;
    while (std::getline(text, line))
    {
        std::istringstream words(line);
        std::string word;
        words >> word;
        if (word == ".visible" && words >> word && word == ".entry" && words >> word)
        {
            word.erase(word.find('('));
            function = &module->functions[word];
            function->name = word;
            function->context = context;
        }
        else if (word == ".param" && function != nullptr && words >> word)
            function->types.push_back(word);
        else if (word == ".maxntid" && function != nullptr)
            words >> function->max_threads;
    }
    return module;
}

template <typename T>
T at(void** parameters, int index)
{
    T value;
    std::memcpy(&value, parameters[index], sizeof value);
    return value;
}

// Calls a kernel with the parameters that its own declaration names.
template <typename... Types, std::size_t... I>
void call(void (*kernel)(Types...), void** parameters, std::index_sequence<I...>)
{
    kernel(at<Types>(parameters, (int)I)...);
}

template <typename... Types>
std::function<void(void**)> entry(void (*kernel)(Types...))
{
    return [kernel](void** parameters) { call(kernel, parameters, std::index_sequence_for<Types...>()); };
}

const std::map<std::string, std::function<void(void**)>>& entries()
{
    static const std::map<std::string, std::function<void(void**)>> all = {
        {"keep_mask_fused", entry(keep_mask_fused)},
        {"scatter_keep_mask", entry(scatter_keep_mask)},
        {"invert_index", entry(invert_index)},
        {"compact_rows_b16", entry(compact_rows_b16)},
        {"compact_rows_b4", entry(compact_rows_b4)},
        {"compact_rows_b2", entry(compact_rows_b2)},
        {"expand_rows_b16", entry(expand_rows_b16)},
        {"expand_rows_b4", entry(expand_rows_b4)},
        {"expand_rows_b2", entry(expand_rows_b2)},
        {"scatter_add_rows_f32x4", entry(scatter_add_rows_f32x4)},
        {"scatter_add_rows_f32", entry(scatter_add_rows_f32)},
        {"scatter_add_rows_bf16x8", entry(scatter_add_rows_bf16x8)},
        {"scatter_add_rows_bf16", entry(scatter_add_rows_bf16)},
    };
    return all;
}

using Lock = std::lock_guard<std::recursive_mutex>;

} // namespace

extern "C"
{

// What tests call.

void fake_reset()
{
    Lock lock(g_gate);
    g_driver = Driver();
    g_contexts.clear();
}

void fake_set(const char* name, long long value)
{
    Lock lock(g_gate);
    g_driver.settings[name] = value;
}

void fake_fail(const char* entry_point, int code)
{
    Lock lock(g_gate);
    g_driver.failures[entry_point] = code;
}

// The lines noted since the last call, and how many they are in bytes.
int fake_take_log(char* buffer, int size)
{
    Lock lock(g_gate);
    int length = std::min(size, (int)g_driver.log.size());
    std::memcpy(buffer, g_driver.log.data(), (std::size_t)length);
    g_driver.log.clear();
    return length;
}

int fake_open_contexts() { return (int)g_contexts.size(); }

int fake_retained()
{
    Lock lock(g_gate);
    return g_driver.retained;
}

int fake_modules()
{
    Lock lock(g_gate);
    return (int)g_driver.modules.size();
}

// What the backend calls.

int cuInit(unsigned)
{
    Lock lock(g_gate);
    if (int code = told("cuInit"))
        return code;
    return setting("devices", 1) == 0 ? NoDevice : Success;
}

int cuDriverGetVersion(int* version)
{
    Lock lock(g_gate);
    *version = (int)setting("version", 12080);
    return told("cuDriverGetVersion");
}

int cuDeviceGetCount(int* count)
{
    Lock lock(g_gate);
    *count = (int)setting("devices", 1);
    return told("cuDeviceGetCount");
}

int cuDeviceGet(int* device, int ordinal)
{
    Lock lock(g_gate);
    // Handles are not ordinals.
    *device = ordinal + 40;
    return ordinal < 0 || ordinal >= setting("devices", 1) ? InvalidDevice : told("cuDeviceGet");
}

int cuDeviceGetName(char* name, int size, int)
{
    std::snprintf(name, (std::size_t)size, "Fake GPU");
    return Success;
}

int cuDeviceTotalMem_v2(std::size_t* bytes, int)
{
    *bytes = (std::size_t)24 << 30;
    return Success;
}

int cuDeviceGetAttribute(int* value, int attribute, int)
{
    Lock lock(g_gate);
    *value = (int)(attribute == 75 ? setting("major", 8) : attribute == 76 ? setting("minor", 6) : 0);
    return attribute == 75 || attribute == 76 ? Success : InvalidValue;
}

int cuDevicePrimaryCtxRetain(void** context, int device)
{
    Lock lock(g_gate);
    if (int code = told("cuDevicePrimaryCtxRetain"))
        return code;
    *context = context_of(device - 40);
    ++g_driver.retained;
    return Success;
}

int cuDevicePrimaryCtxRelease_v2(int)
{
    Lock lock(g_gate);
    --g_driver.retained;
    return Success;
}

int cuCtxPushCurrent_v2(void* context)
{
    Lock lock(g_gate);
    if (int code = told("cuCtxPushCurrent"))
        return code;
    g_contexts.push_back(context);
    return Success;
}

int cuCtxPopCurrent_v2(void** context)
{
    if (g_contexts.empty())
        return InvalidContext;
    *context = g_contexts.back();
    g_contexts.pop_back();
    return Success;
}

int cuModuleLoadDataEx(void** module, const void* image, unsigned count, int* options, void** values)
{
    Lock lock(g_gate);
    if (g_contexts.empty())
        return InvalidContext;
    if (int code = told("cuModuleLoadDataEx"))
    {
        if (code == InvalidPtx && count == 2 && options[0] == 5 && options[1] == 6)
            std::snprintf((char*)values[0], (std::size_t)values[1], "ptxas: line 7: nonsense\n");
        return code;
    }
    auto parsed = parse((const char*)image, g_contexts.back());
    if (parsed->functions.empty())
        return InvalidPtx;
    *module = parsed.get();
    g_driver.modules.push_back(std::move(parsed));
    return Success;
}

int cuModuleUnload(void* module)
{
    Lock lock(g_gate);
    auto& modules = g_driver.modules;
    auto found = std::find_if(modules.begin(), modules.end(), [&](auto& loaded) { return loaded.get() == module; });
    if (found == modules.end())
        return InvalidValue;
    modules.erase(found);
    return Success;
}

int cuModuleGetFunction(void** function, void* module, const char* name)
{
    Lock lock(g_gate);
    if (int code = told("cuModuleGetFunction"))
        return code;
    auto found = ((Module*)module)->functions.find(name);
    if (found == ((Module*)module)->functions.end())
        return NotFound;
    *function = &found->second;
    return Success;
}

int cuPointerGetAttribute(void** value, int attribute, void*)
{
    Lock lock(g_gate);
    *value = (void*)(std::intptr_t)setting("memory_context", (long long)(std::intptr_t)context_of(0));
    return attribute == 1 ? told("cuPointerGetAttribute") : InvalidValue;
}

int cuMemsetD32Async(void* address, unsigned value, std::size_t count, void* stream)
{
    Lock lock(g_gate);
    if (g_contexts.empty())
        return InvalidContext;
    note("fill %lld value %u count %zu stream %lld\n", (long long)address, value, count, (long long)stream);
    if (int code = told("cuMemsetD32Async"))
        return code;
    if (setting("execute", 0) != 0)
        std::fill_n((unsigned*)address, count, value);
    return Success;
}

int cuLaunchKernel(
    void* handle, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,
    unsigned shared_bytes, void* stream, void** parameters, void** extra)
{
    Lock lock(g_gate);
    auto* function = (Function*)handle;
    if (g_contexts.empty() || g_contexts.back() != function->context)
        return InvalidContext;
    note(
        "%s grid %u,%u,%u block %u,%u,%u shared %u stream %lld args", function->name.c_str(), grid_x, grid_y, grid_z, block_x, block_y,
        block_z, shared_bytes, (long long)stream);
    for (std::size_t i = 0; i < function->types.size(); ++i)
    {
        if (function->types[i] == ".u64")
            note(" %lld", at<long long>(parameters, (int)i));
        else if (function->types[i] == ".u32")
            note(" %d", at<int>(parameters, (int)i));
        else
            note(" %gf", at<float>(parameters, (int)i));
    }
    note("\n");
    if (int code = told("cuLaunchKernel"))
        return code;
    if (extra != nullptr || grid_x == 0 || block_x * block_y * block_z > function->max_threads || shared_bytes > 48 << 10)
        return InvalidValue;
    if (setting("execute", 0) == 0)
        return Success;
    host::Options options{host::Order::Shuffled, 3};
    auto outcome = host::launch(
        {grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, shared_bytes, options,
        [&] { entries().at(function->name)(parameters); });
    // As on a device: the launch itself goes well, and everything after it fails.
    if (outcome != host::Outcome::Finished)
        g_driver.lost = IllegalInstruction;
    return Success;
}

int cuGetErrorName(int code, const char** name)
{
    *name = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : "CUDA_ERROR_FAKE";
    return code == 12345 ? InvalidValue : Success;
}

int cuGetErrorString(int, const char** text)
{
    *text = "as the test wanted";
    return Success;
}

} // extern "C"
