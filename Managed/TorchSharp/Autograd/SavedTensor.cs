using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A value that a backward function needs. It is kept outside the graph, so that an output may be saved by its own node.</summary>
internal sealed class SavedTensor(TensorImpl source)
{
    private readonly TensorImpl value = source.Detached();
    private readonly int version = source.Storage.Version;

    internal Tensor Unpack(string node)
    {
        if (value.Storage.Version != version)
        {
            throw new InvalidOperationException(
                $"A tensor of shape {Shapes.Text(value.Shape)} that {node} needs for its gradient was changed by an operation in place: "
                + $"it is at version {value.Storage.Version}, expected version {version}.");
        }
        return new Tensor(value.AddReference());
    }

    /// <summary>Itself, or a saved copy in place of it.</summary>
    internal SavedTensor Unshared(StorageBlock storage)
    {
        if (!ReferenceEquals(value.Storage, storage))
            return this;
        TensorImpl copy = Elementwise.Clone(value);
        var saved = new SavedTensor(copy);
        copy.Release();
        Release();
        return saved;
    }

    internal void Release() => value.Release();
}
