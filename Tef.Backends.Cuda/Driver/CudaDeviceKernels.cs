using System.Reflection;
using System.Text;

namespace Tef.Backends.Cuda.Driver;

/// <summary>
/// The kernels on one device, in its primary context: the one that the CUDA runtime, and so libtorch, uses. Every call makes the
/// context current for its own duration, because gradients are computed on threads that never saw it. Thread-safe.
/// </summary>
internal sealed unsafe class CudaDeviceKernels : IDisposable
{
    /// <summary>The stream on which libtorch works unless told otherwise, which TorchSharp has no way to do.</summary>
    public const nint Stream = 0;

    private const int JitErrorLog = 5;
    private const int JitErrorLogBytes = 6;

    private static readonly string[] Modules = ["keep_mask", "rows"];

    private readonly CudaDriver _driver;
    private readonly int _device;
    private readonly nint _context;
    private readonly List<nint> _modules = [];
    private readonly Dictionary<string, nint> _functions = [];

    /// <exception cref="CudaException">The device cannot be used, or does not accept the kernels.</exception>
    public CudaDeviceKernels(CudaDriver driver, int index)
    {
        _driver = driver;
        _device = driver.Device(index);
        nint context;
        driver.Check(driver.RetainPrimaryContext(&context, _device), "cuDevicePrimaryCtxRetain");
        _context = context;
        try
        {
            using var current = Enter();
            foreach (string module in Modules)
                Load(module);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sees that memory belongs to the context of the kernels.</summary>
    /// <exception cref="CudaException">It belongs to another one.</exception>
    public void CheckOwner(nint address)
    {
        nint owner = _driver.ContextOf(address);
        if (owner != _context)
        {
            throw new CudaException(
                CudaFailure.WrongContext,
                "the tensors are not in the primary context of their CUDA device, in which the kernels run");
        }
    }

    /// <summary>Sets <paramref name="count"/> words of device memory.</summary>
    public void Fill32(nint address, uint value, long count)
    {
        using var current = Enter();
        _driver.Check(_driver.Fill32(address, value, (nuint)count, Stream), "cuMemsetD32Async", CudaFailure.Launch);
    }

    /// <summary>Queues a kernel behind what the tensor library has queued.</summary>
    /// <exception cref="CudaException">The launch was refused, or an earlier one failed.</exception>
    public void Launch(string kernel, LaunchShape shape, params ReadOnlySpan<KernelArgument> arguments)
    {
        nint function = _functions[kernel];
        ulong* values = stackalloc ulong[arguments.Length];
        void** pointers = stackalloc void*[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            values[i] = arguments[i].Bits;
            pointers[i] = &values[i];
        }
        using var current = Enter();
        _driver.Check(
            _driver.LaunchKernel(
                function, shape.Blocks, 1, 1, shape.ThreadsX, shape.ThreadsY, 1, shape.SharedBytes, Stream, pointers, null),
            $"cuLaunchKernel({kernel})", CudaFailure.Launch);
    }

    /// <summary>Gives the modules and the context back. The driver may be gone by then, so that nothing here throws.</summary>
    public void Dispose()
    {
        if (_driver.PushContext(_context) == CudaResult.Success)
        {
            foreach (nint module in _modules)
                _ = _driver.UnloadModule(module);
            nint popped;
            _ = _driver.PopContext(&popped);
        }
        _modules.Clear();
        _functions.Clear();
        _ = _driver.ReleasePrimaryContext(_device);
    }

    private static byte[] Resource(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks the kernels {name}.");
        byte[] text = new byte[stream.Length + 1];
        stream.ReadExactly(text, 0, (int)stream.Length);
        return text;
    }

    /// <summary>Names of the kernels of a PTX text.</summary>
    private static IEnumerable<string> Entries(byte[] ptx) =>
        from line in Encoding.ASCII.GetString(ptx).Split('\n')
        let at = line.IndexOf(".entry ", StringComparison.Ordinal)
        where at >= 0
        select line[(at + ".entry ".Length)..].TrimEnd('(', ' ', '\r');

    private void Load(string name)
    {
        byte[] ptx = Resource(name + ".ptx");
        const int LogBytes = 4096;
        byte* log = stackalloc byte[LogBytes];
        *log = 0;
        int* options = stackalloc int[] { JitErrorLog, JitErrorLogBytes };
        void** values = stackalloc void*[] { log, (void*)LogBytes };
        nint module;
        fixed (byte* image = ptx)
        {
            var result = _driver.LoadModule(&module, image, 2, options, values);
            string said = new string((sbyte*)log).Trim();
            _driver.Check(result, $"cuModuleLoadDataEx({name}.ptx){(said.Length > 0 ? $" says \"{said}\" and" : "")}", CudaFailure.Load);
        }
        _modules.Add(module);
        foreach (string kernel in Entries(ptx))
        {
            nint function;
            fixed (byte* entry = Encoding.ASCII.GetBytes(kernel + '\0'))
                _driver.Check(_driver.GetFunction(&function, module, entry), $"cuModuleGetFunction({kernel})", CudaFailure.Load);
            _functions.Add(kernel, function);
        }
    }

    private CurrentContext Enter()
    {
        _driver.Check(_driver.PushContext(_context), "cuCtxPushCurrent", CudaFailure.WrongContext);
        return new CurrentContext(_driver);
    }

    private readonly ref struct CurrentContext(CudaDriver driver)
    {
        public void Dispose()
        {
            nint popped;
            _ = driver.PopContext(&popped);
        }
    }
}
