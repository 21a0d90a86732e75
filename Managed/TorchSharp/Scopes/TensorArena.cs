namespace TorchSharp;

/// <summary>
/// Owns the tensors that the engine makes for itself inside a composite operation or a backward function. They are gone when the
/// arena ends and never show in the user's scopes and statistics.
/// </summary>
internal sealed class TensorArena : IDisposable
{
    [ThreadStatic]
    private static TensorArena? current;

    private readonly TensorArena? outer;
    private readonly List<torch.Tensor> tensors = [];

    private TensorArena()
    {
        outer = current;
        current = this;
    }

    internal static TensorArena? Current => current;

    internal static TensorArena Enter() => new();

    /// <summary>Computes a result from temporaries that end with the computation.</summary>
    internal static torch.Tensor Compose(Func<torch.Tensor> body)
    {
        TensorImpl kept;
        using (Enter())
            kept = body().Impl.AddReference();
        return new torch.Tensor(kept);
    }

    internal static (torch.Tensor, torch.Tensor) Compose(Func<(torch.Tensor, torch.Tensor)> body)
    {
        TensorImpl first, second;
        using (Enter())
        {
            var (a, b) = body();
            first = a.Impl.AddReference();
            second = b.Impl.AddReference();
        }
        return (new torch.Tensor(first), new torch.Tensor(second));
    }

    internal void Add(torch.Tensor tensor)
    {
        tensor.IsInternal = true;
        tensors.Add(tensor);
    }

    public void Dispose()
    {
        current = outer;
        foreach (torch.Tensor tensor in tensors)
            tensor.Dispose();
    }
}
