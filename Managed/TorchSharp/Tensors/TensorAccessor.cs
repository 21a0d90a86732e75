using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor in the order of its dimensions, whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly Tensor tensor;
    private TensorImpl? elements;

    internal TensorAccessor(Tensor tensor)
    {
        // The handle is kept so that it is not collected while its elements are read.
        this.tensor = tensor;
        elements = tensor.Impl;
    }

    public long Count => Elements.Count;

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get => *At(indices);
        set
        {
            *At(indices) = value;
            Elements.Storage.BumpVersion();
        }
    }

    private TensorImpl Elements =>
        tensor.IsInvalid || elements is null ? throw new ObjectDisposedException(nameof(TensorAccessor<T>)) : elements;

    public T[] ToArray()
    {
        var array = new T[Elements.Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        TensorImpl source = Elementwise.Contiguous(Elements, Elements.DType);
        new ReadOnlySpan<T>(source.As<T>() + tensorIndex, checked((int)(source.Count - tensorIndex))).CopyTo(array[arrayIndex..]);
        source.Release();
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        TensorImpl target = Elements;
        ReadOnlySpan<T> source = array[arrayIndex..];
        source = source[..(int)Math.Min(source.Length, target.Count - tensorIndex)];
        if (target.IsContiguous)
        {
            source.CopyTo(new Span<T>(target.As<T>() + tensorIndex, source.Length));
        }
        else
        {
            TensorImpl whole = Elementwise.Clone(target);
            source.CopyTo(new Span<T>(whole.As<T>() + tensorIndex, source.Length));
            Elementwise.Copy(target, whole);
            whole.Release();
        }
        target.Storage.BumpVersion();
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)ToArray()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => elements = null;

    private T* At(long[] indices)
    {
        TensorImpl source = Elements;
        if (indices.Length == 1 && source.Rank != 1)
        {
            // One number counts through all dimensions.
            long rest = IndexOf(indices[0], source.Count), place = 0;
            for (int d = source.Rank - 1; d >= 0; d--)
            {
                place += rest % source.Shape[d] * source.Strides[d];
                rest /= source.Shape[d];
            }
            return source.As<T>() + place;
        }
        if (indices.Length != source.Rank)
            throw new ArgumentException($"{indices.Length} indices for a tensor of {source.Rank} dimensions.", nameof(indices));
        long offset = 0;
        for (int d = 0; d < indices.Length; d++)
            offset += IndexOf(indices[d], source.Shape[d]) * source.Strides[d];
        return source.As<T>() + offset;
    }

    private static long IndexOf(long index, long size) => (ulong)index < (ulong)size
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), $"Index {index} is out of range for size {size}.");
}
