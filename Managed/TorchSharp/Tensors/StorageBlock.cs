using TorchSharp.Kernels;

namespace TorchSharp;

/// <summary>
/// One native block that several tensors may share. Counted, because views outlive the tensor they were made from. The finalizer
/// takes what nobody disposed; code that works on the bytes keeps the tensor reachable until it is done.
/// </summary>
internal sealed unsafe class StorageBlock
{
    private void* data;
    private int references = 1;

    internal StorageBlock(long bytes)
    {
        Bytes = bytes;
        data = bytes == 0 ? null : NativePool.Rent(bytes);
    }

    ~StorageBlock() => Free();

    internal long Bytes { get; }

    /// <summary>Counts writes in place, so that a backward pass can tell that a saved value is no longer the one it saw.</summary>
    internal int Version { get; private set; }

    internal bool IsShared => Volatile.Read(ref references) > 1;

    internal byte* Data => (byte*)data;

    internal void BumpVersion() => Version++;

    internal void AddReference() => Interlocked.Increment(ref references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref references) != 0)
            return;
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        void* block = data;
        data = null;
        if (block != null)
            NativePool.Return(block);
    }
}
