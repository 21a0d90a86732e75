using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// What a tensor is: a strided window on a storage, and its place in the autograd graph. Several <see cref="Tensor"/> handles may
/// hold one; the last to let go returns the memory at once, without waiting for the garbage collector.
/// </summary>
internal sealed unsafe class TensorImpl
{
    private static long identities;

    private int references = 1;
    private long identity;
    private TensorImpl? viewBase;

    private TensorImpl(StorageBlock storage, long offset, long[] shape, long[] strides, ScalarType type)
    {
        Storage = storage;
        Offset = offset;
        Shape = shape;
        Strides = strides;
        DType = type;
        Count = Shapes.Count(shape);
        IsContiguous = Shapes.IsContiguous(shape, strides);
    }

    internal StorageBlock Storage { get; }

    /// <summary>In elements.</summary>
    internal long Offset { get; }

    internal long[] Shape { get; }

    /// <summary>In elements.</summary>
    internal long[] Strides { get; }

    internal ScalarType DType { get; }

    internal long Count { get; }

    internal bool IsContiguous { get; }

    /// <summary>The tensor that this one was made from as a differentiable view, for writes in place through the view.</summary>
    internal TensorImpl? ViewBase
    {
        get => viewBase;
        set
        {
            value?.AddReference();
            viewBase?.Release();
            viewBase = value;
        }
    }

    /// <summary>A number that no other tensor of the process has had.</summary>
    internal IntPtr Identity
    {
        get
        {
            if (Volatile.Read(ref identity) == 0)
                Interlocked.CompareExchange(ref identity, Interlocked.Increment(ref identities), 0);
            return checked((IntPtr)Volatile.Read(ref identity));
        }
    }

    /// <summary>Null for the many tensors that no gradient will ever reach.</summary>
    internal AutogradMeta? Meta { get; set; }

    internal int Rank => Shape.Length;

    internal int ElementSize => TypePromotion.SizeOf(DType);

    internal byte* Data => Storage.Data + (Offset * ElementSize);

    internal bool RequiresGrad => Meta is { } meta && (meta.RequiresGrad || meta.GradFn is not null);

    /// <summary>No other tensor or graph can see these bytes, so they may be overwritten.</summary>
    internal bool IsExclusive => Volatile.Read(ref references) == 1 && !Storage.IsShared;

    internal static TensorImpl Allocate(long[] shape, ScalarType type)
    {
        long bytes = checked(Shapes.Count(shape) * TypePromotion.SizeOf(TypePromotion.Supported(type)));
        return new TensorImpl(new StorageBlock(bytes), 0, shape, Shapes.ContiguousStrides(shape), type);
    }

    /// <summary>Another window on the same storage, outside the autograd graph.</summary>
    internal TensorImpl Window(long offset, long[] shape, long[] strides)
    {
        Storage.AddReference();
        return new TensorImpl(Storage, offset, shape, strides, DType);
    }

    internal TensorImpl Detached() => Window(Offset, Shape, Strides);

    internal TensorImpl AddReference()
    {
        Interlocked.Increment(ref references);
        return this;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref references) != 0)
            return;
        Storage.Release();
        Meta?.Release();
        Meta = null;
        ViewBase = null;
    }

    internal AutogradMeta EnsureMeta() => Meta ??= new AutogradMeta();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal T* As<T>()
        where T : unmanaged => (T*)Data;
}
