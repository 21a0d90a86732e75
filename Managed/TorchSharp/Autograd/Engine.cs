using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Walks the tape backward, on the calling thread.</summary>
internal sealed class Engine
{
    [ThreadStatic]
    private static Engine? running;

    private readonly Dictionary<Node, TensorImpl?[]> pending = new(ReferenceEqualityComparer.Instance);
    private readonly PriorityQueue<Node, long> ready = new();
    private readonly TensorImpl?[]? captured;
    private readonly IReadOnlyList<TensorImpl>? wanted;
    private readonly bool retainGraph;

    private Engine(IReadOnlyList<TensorImpl>? wanted, bool retainGraph)
    {
        this.wanted = wanted;
        this.retainGraph = retainGraph;
        captured = wanted is null ? null : new TensorImpl?[wanted.Count];
    }

    /// <summary>Accumulates into the leaves.</summary>
    internal static void Backward(IList<Tensor> roots, IList<Tensor>? gradients, bool retainGraph) =>
        new Engine(null, retainGraph).Run(roots, gradients);

    /// <summary>The gradients of <paramref name="inputs"/> alone; null where an input had no part in the roots.</summary>
    internal static Tensor?[] Gradients(IList<Tensor> roots, IList<Tensor>? gradients, IList<Tensor> inputs, bool retainGraph)
    {
        var engine = new Engine([.. inputs.Select(input => input.Impl)], retainGraph);
        engine.Run(roots, gradients);
        return Array.ConvertAll(engine.captured!, gradient => gradient is null ? null : new Tensor(gradient));
    }

    internal static bool TryGetSink(in Edge edge, out TensorImpl sink, out bool isNew)
    {
        (sink, isNew) = (null!, false);
        if (running is not { captured: null } || edge.Leaf is not { } leaf || leaf.DType != ScalarType.Float32)
            return false;
        AutogradMeta meta = leaf.EnsureMeta();
        if (meta.OpenGrad(out bool isZero) is { } grad)
        {
            (sink, isNew) = (grad, isZero);
            if (!grad.IsContiguous || grad.DType != ScalarType.Float32)
                return false;
        }
        else
        {
            isNew = true;
            meta.SetGrad(sink = TensorImpl.Allocate(leaf.Shape, leaf.DType));
        }
        sink.Storage.BumpVersion();
        return true;
    }

    private void Run(IList<Tensor> roots, IList<Tensor>? gradients)
    {
        if (gradients is not null && gradients.Count != roots.Count)
            throw new ArgumentException($"Expected one gradient per tensor: {roots.Count}, found {gradients.Count}.", nameof(gradients));
        Engine? outer = running;
        running = this;
        using (GradMode.Set(false))
        {
            try
            {
                for (int i = 0; i < roots.Count; i++)
                    Seed(roots[i], gradients?[i]);
                while (ready.TryDequeue(out Node? node, out _))
                    Visit(node);
            }
            finally
            {
                running = outer;
                foreach (var (node, waiting) in pending)
                {
                    node.Release();
                    foreach (TensorImpl? gradient in waiting)
                        gradient?.Release();
                }
            }
        }
    }

    private void Seed(Tensor root, Tensor? gradient)
    {
        Edge edge = Tape.EdgeTo(root);
        if (!edge.IsNeeded)
            throw new InvalidOperationException("The tensor does not require a gradient and was not made from one that does.");
        if (gradient is null && root.Impl.Count != 1)
        {
            throw new InvalidOperationException(
                $"Without a gradient, backward() starts from a tensor of one element; this one has shape {Shapes.Text(root.Impl.Shape)}.");
        }
        if (gradient is not null && !gradient.Impl.Shape.AsSpan().SequenceEqual(root.Impl.Shape))
        {
            throw new ArgumentException(
                $"The gradient has shape {Shapes.Text(gradient.Impl.Shape)}, expected {Shapes.Text(root.Impl.Shape)}.", nameof(gradient));
        }
        using TensorArena arena = TensorArena.Enter();
        Deliver(edge, (gradient ?? ones_like(root)).Impl.AddReference());
    }

    private void Visit(Node node)
    {
        pending.Remove(node, out TensorImpl?[]? waiting);
        TensorImpl?[] incoming = waiting!;
        try
        {
            Note(node, incoming);
            var outgoing = new TensorImpl?[node.Edges.Length];
            using (TensorArena.Enter())
            {
                Tensor?[] results = node.Run(Array.ConvertAll(incoming, g => g is null ? null : new Tensor(g.AddReference())));
                for (int i = 0; i < outgoing.Length && i < results.Length; i++)
                {
                    if (results[i] is { } result && node.Edges[i].IsNeeded)
                        outgoing[i] = Fit(result, node.Edges[i]).Impl.AddReference();
                }
            }
            if (!retainGraph)
                node.FreeSaved();
            Array.ForEach(incoming, g => g?.Release());
            incoming = [];
            for (int i = 0; i < outgoing.Length; i++)
            {
                if (outgoing[i] is { } gradient)
                    Deliver(node.Edges[i], gradient);
            }
        }
        finally
        {
            Array.ForEach(incoming, g => g?.Release());
            node.Release();
        }
    }

    /// <summary>Keeps the gradients of tensors inside the graph that somebody asked for.</summary>
    private void Note(Node node, TensorImpl?[] incoming)
    {
        for (int i = 0; wanted is not null && i < wanted.Count; i++)
        {
            if (wanted[i].Meta is { } meta && ReferenceEquals(meta.GradFn, node) && incoming[meta.OutputNumber] is { } gradient)
                captured![i] = gradient.AddReference();
        }
        if (captured is not null)
            return;
        foreach (var (output, tensor) in node.Retained)
        {
            if (incoming[output] is { } gradient)
                tensor.Meta?.SetGrad(Elementwise.Clone(gradient));
        }
    }

    /// <summary>Takes over one reference of <paramref name="gradient"/>.</summary>
    private void Deliver(in Edge edge, TensorImpl gradient)
    {
        if (edge.Leaf is { } leaf)
        {
            if (captured is null)
            {
                AutogradMeta meta = leaf.EnsureMeta();
                lock (meta)
                {
                    TensorImpl? before = meta.OpenGrad(out bool isZero);
                    meta.SetGrad(Sum(isZero ? null : before?.AddReference(), gradient, isLeaf: true));
                }
                return;
            }
            bool taken = false;
            for (int i = 0; i < wanted!.Count; i++)
            {
                if (ReferenceEquals(wanted[i], leaf))
                {
                    captured[i] = Sum(captured[i], taken ? gradient.AddReference() : gradient, isLeaf: false);
                    taken = true;
                }
            }
            if (!taken)
                gradient.Release();
            return;
        }
        Node node = edge.Producer!;
        if (!pending.TryGetValue(node, out TensorImpl?[]? waiting))
        {
            node.AddReference();
            pending.Add(node, waiting = new TensorImpl?[node.Outputs.Length]);
            ready.Enqueue(node, -node.Sequence);
        }
        waiting[edge.OutputNumber] = Sum(waiting[edge.OutputNumber], gradient, isLeaf: false);
    }

    /// <summary>
    /// Adds a gradient to what is there, in place where nobody else can see it. Takes over both references and gives one back. The
    /// gradient of a leaf is always written in place, and never shares memory with a gradient that is still on its way.
    /// </summary>
    private static TensorImpl Sum(TensorImpl? total, TensorImpl gradient, bool isLeaf)
    {
        if (total is null && (!isLeaf || (gradient.IsExclusive && gradient.IsContiguous)))
            return gradient;
        if (total is null)
        {
            TensorImpl copy = Elementwise.Clone(gradient);
            gradient.Release();
            return copy;
        }
        if (isLeaf || (total.IsExclusive && total.IsContiguous && total.DType == gradient.DType))
        {
            Elementwise.AddTo(total, gradient);
            gradient.Release();
            return total;
        }
        if (gradient.IsExclusive && gradient.IsContiguous && total.DType == gradient.DType)
        {
            Elementwise.AddTo(gradient, total);
            total.Release();
            return gradient;
        }
        using (TensorArena.Enter())
            return (new Tensor(total) + new Tensor(gradient)).Impl.AddReference();
    }

    private static Tensor Fit(Tensor gradient, in Edge edge)
    {
        if (!gradient.Impl.Shape.AsSpan().SequenceEqual(edge.Shape))
            gradient = gradient.SumTo(edge.Shape);
        return gradient.Impl.DType == edge.DType ? gradient : gradient.to_type(edge.DType);
    }
}
