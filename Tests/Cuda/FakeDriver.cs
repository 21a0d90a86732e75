using System.Runtime.InteropServices;
using System.Text;
using Tef.Backends.Cuda;

namespace Tef.Tests.Cuda;

/// <summary>The shared library that stands in for the CUDA driver. Its state is that of the process: one test at a time.</summary>
internal sealed unsafe class FakeDriver : IDisposable
{
    /// <summary>Memory of another context than the kernels'.</summary>
    public const long OtherContext = 0x7777;

    private readonly nint _library;
    private readonly delegate* unmanaged<void> _reset;
    private readonly delegate* unmanaged<byte*, long, void> _set;
    private readonly delegate* unmanaged<byte*, int, void> _fail;
    private readonly delegate* unmanaged<byte*, int, int> _takeLog;
    private readonly delegate* unmanaged<int> _openContexts;
    private readonly delegate* unmanaged<int> _retained;
    private readonly delegate* unmanaged<int> _modules;

    public FakeDriver()
    {
        Path = NativeCode.DriverLibrary();
        _library = NativeLibrary.Load(Path);
        _reset = (delegate* unmanaged<void>)NativeLibrary.GetExport(_library, "fake_reset");
        _set = (delegate* unmanaged<byte*, long, void>)NativeLibrary.GetExport(_library, "fake_set");
        _fail = (delegate* unmanaged<byte*, int, void>)NativeLibrary.GetExport(_library, "fake_fail");
        _takeLog = (delegate* unmanaged<byte*, int, int>)NativeLibrary.GetExport(_library, "fake_take_log");
        _openContexts = (delegate* unmanaged<int>)NativeLibrary.GetExport(_library, "fake_open_contexts");
        _retained = (delegate* unmanaged<int>)NativeLibrary.GetExport(_library, "fake_retained");
        _modules = (delegate* unmanaged<int>)NativeLibrary.GetExport(_library, "fake_modules");
        _reset();
    }

    public string Path { get; }

    public CudaOptions Options => new() { DriverLibrary = Path };

    /// <summary>Contexts that this thread pushed and did not pop.</summary>
    public int OpenContexts => _openContexts();

    /// <summary>Primary contexts retained and not released.</summary>
    public int Retained => _retained();

    /// <summary>Modules loaded and not unloaded.</summary>
    public int Modules => _modules();

    /// <summary>Sets what the driver tells about itself, such as <c>version</c> or <c>devices</c>.</summary>
    public void Set(string name, long value)
    {
        fixed (byte* text = Encoding.ASCII.GetBytes(name + '\0'))
            _set(text, value);
    }

    /// <summary>Lets an entry point return an error from now on.</summary>
    public void Fail(string entryPoint, int code)
    {
        fixed (byte* text = Encoding.ASCII.GetBytes(entryPoint + '\0'))
            _fail(text, code);
    }

    /// <summary>What was launched since the last call, a line each.</summary>
    public string[] TakeLog()
    {
        byte[] buffer = new byte[1 << 16];
        fixed (byte* text = buffer)
            return Encoding.ASCII.GetString(buffer, 0, _takeLog(text, buffer.Length)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        _reset();
        NativeLibrary.Free(_library);
    }
}
