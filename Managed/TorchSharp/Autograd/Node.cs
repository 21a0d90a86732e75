using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Where the gradient of one input goes, and the form it must have there.</summary>
internal readonly record struct Edge(Node? Producer, int OutputNumber, TensorImpl? Leaf, long[] Shape, ScalarType DType)
{
    internal bool IsNeeded => Producer is not null || Leaf is not null;
}

/// <summary>
/// One step of the tape. It is counted like the memory it holds: when the tensors and nodes that lead to it are gone, it lets go of
/// its saved values at once. Sequence numbers grow in the order of the forward pass, so a backward pass that always takes the
/// highest number never meets a node before all its gradients are there.
/// </summary>
internal sealed class Node
{
    private static long sequences;

    private readonly Edge[] edges;
    private readonly Func<Node, Tensor, Tensor?[]>? backward;
    private readonly Func<Node, Tensor?[], Tensor?[]>? backwardOfMany;
    private SavedTensor?[]? saved;
    private int references;
    private List<(int Output, TensorImpl Tensor)>? retained;

    /// <summary>A step with one output.</summary>
    internal Node(
        string name, Edge[] edges, SavedTensor?[] saved, (long[] Shape, ScalarType DType) output, Func<Node, Tensor, Tensor?[]> backward)
        : this(name, edges, saved, [output])
    {
        this.backward = backward;
    }

    /// <summary>A step with several outputs: a gradient is null where an output had no part in the loss.</summary>
    internal Node(
        string name, Edge[] edges, SavedTensor?[] saved, (long[] Shape, ScalarType DType)[] outputs,
        Func<Node, Tensor?[], Tensor?[]> backward)
        : this(name, edges, saved, outputs)
    {
        backwardOfMany = backward;
    }

    private Node(string name, Edge[] edges, SavedTensor?[] saved, (long[] Shape, ScalarType DType)[] outputs)
    {
        Name = name;
        Outputs = outputs;
        Sequence = Interlocked.Increment(ref sequences);
        this.edges = edges;
        this.saved = saved;
        foreach (Edge edge in edges)
        {
            edge.Producer?.AddReference();
            edge.Leaf?.AddReference();
        }
    }

    internal string Name { get; }

    internal long Sequence { get; }

    internal (long[] Shape, ScalarType DType)[] Outputs { get; }

    internal ReadOnlySpan<Edge> Edges => edges;

    /// <summary>The outputs whose gradient is to be kept although they are no leaves.</summary>
    internal IReadOnlyList<(int Output, TensorImpl Tensor)> Retained => (IReadOnlyList<(int, TensorImpl)>?)retained ?? [];

    internal bool Needs(int input) => edges[input].IsNeeded;

    internal bool HasSaved(int index) => saved?[index] is not null;

    /// <summary>A saved value, checked to be what it was in the forward pass.</summary>
    internal Tensor Saved(int index)
    {
        SavedTensor?[] values = saved ?? throw Freed();
        return values[index]!.Unpack(Name);
    }

    internal Tensor?[] Run(Tensor?[] gradients)
    {
        if (saved is null)
            throw Freed();
        return backward is null ? backwardOfMany!(this, gradients) : backward(this, gradients[0]!);
    }

    /// <summary>
    /// The gradient buffer of an input that is a leaf, so that a kernel can accumulate into it directly. The function then returns
    /// null for that input. Not given where somebody else collects the gradients.
    /// </summary>
    internal bool TryGetSink(int input, out TensorImpl sink, out bool isNew) => Engine.TryGetSink(edges[input], out sink, out isNew);

    internal void Retain(int output, TensorImpl tensor) => (retained ??= []).Add((output, tensor));

    internal void AddReference() => Interlocked.Increment(ref references);

    internal void Release()
    {
        if (Interlocked.Decrement(ref references) != 0)
            return;
        // A stack of our own: a chain of nodes may be longer than the call stack is deep.
        var ending = new Stack<Node>();
        ending.Push(this);
        while (ending.TryPop(out Node? node))
        {
            node.FreeSaved();
            foreach (Edge edge in node.edges)
            {
                edge.Leaf?.Release();
                if (edge.Producer is { } producer && Interlocked.Decrement(ref producer.references) == 0)
                    ending.Push(producer);
            }
        }
    }

    /// <summary>Copies the saved values that lie in a storage which is about to be overwritten.</summary>
    internal void Unshare(StorageBlock storage)
    {
        for (int i = 0; saved is not null && i < saved.Length; i++)
            saved[i] = saved[i]?.Unshared(storage);
    }

    internal void FreeSaved()
    {
        if (Interlocked.Exchange(ref saved, null) is not { } values)
            return;
        foreach (SavedTensor? value in values)
            value?.Release();
    }

    private InvalidOperationException Freed() => new(
        $"Trying to go backward through {Name} a second time: its saved values were freed. "
        + "Pass retain_graph: true to the first call.");
}
