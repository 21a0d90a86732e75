namespace TorchSharp;

/// <summary>
/// Owns the tensors that the engine makes for itself inside a composite operation or a backward function. They are gone when the
/// arena ends and never show in the user's scopes and statistics.
/// </summary>
internal sealed class TensorArena : IDisposable
{
    [ThreadStatic]
    private static TensorArena? current;

    /// <summary>Arenas that have ended, for use again: every step of a backward pass enters one.</summary>
    [ThreadStatic]
    private static TensorArena? spare;

    private readonly List<torch.Tensor> tensors = [];

    /// <summary>The arena around this one; among the spare ones the next.</summary>
    private TensorArena? outer;

    private TensorArena()
    {
    }

    internal static TensorArena? Current => current;

    internal static TensorArena Enter()
    {
        TensorArena arena = spare ?? new TensorArena();
        spare = arena.outer;
        arena.outer = current;
        return current = arena;
    }

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
        tensors.Clear();
        (outer, spare) = (spare, this);
    }
}
