using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Records operations for the backward pass.</summary>
internal static class Tape
{
    internal static bool Needs(Tensor a) => GradMode.IsEnabled && a.Impl.RequiresGrad;

    internal static bool Needs(Tensor a, Tensor? b) =>
        GradMode.IsEnabled && (a.Impl.RequiresGrad || (b is not null && b.Impl.RequiresGrad));

    internal static bool Needs(Tensor a, Tensor? b, Tensor? c) => Needs(a, b) || (c is not null && Needs(c));

    internal static bool Needs(ReadOnlySpan<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors)
        {
            if (Needs(tensor))
                return true;
        }
        return false;
    }

    internal static SavedTensor? Save(Tensor? tensor, bool when = true) => when && tensor is not null ? new SavedTensor(tensor.Impl) : null;

    /// <summary>Makes <paramref name="result"/> the output of a new node.</summary>
    internal static Tensor Record(
        Tensor result, string name, Tensor?[] inputs, SavedTensor?[] saved, Func<Node, Tensor, Tensor?[]> backward)
    {
        var node = new Node(name, Array.ConvertAll(inputs, EdgeTo), saved, (result.Impl.Shape, result.Impl.DType), backward);
        Attach(result, node, 0);
        return result;
    }

    /// <summary>Several outputs: a gradient is null where an output had no part in the loss.</summary>
    internal static void RecordMany(
        Tensor[] results, string name, Tensor?[] inputs, SavedTensor?[] saved, Func<Node, Tensor?[], Tensor?[]> backward)
    {
        var outputs = Array.ConvertAll(results, result => (result.Impl.Shape, result.Impl.DType));
        var node = new Node(name, Array.ConvertAll(inputs, EdgeTo), saved, outputs, backward);
        for (int i = 0; i < results.Length; i++)
            Attach(results[i], node, i);
    }

    /// <summary>
    /// A view and what its gradient looks like from the base. <paramref name="backward"/> maps the gradient of the view to the
    /// gradient of the base.
    /// </summary>
    internal static Tensor RecordView(Tensor view, string name, Tensor source, Func<Node, Tensor, Tensor?> backward)
    {
        Record(view, name, [source], [], (node, g) => [backward(node, g)]);
        view.Impl.ViewBase = source.Impl.ViewBase ?? source.Impl;
        return view;
    }

    private static void Attach(Tensor result, Node node, int output)
    {
        if (TypePromotion.IsFloat(result.Impl.DType))
            result.Impl.EnsureMeta().SetGradFn(node, output);
    }

    internal static Edge EdgeTo(Tensor? tensor)
    {
        if (tensor is null)
            return default;
        TensorImpl impl = tensor.Impl;
        return impl.Meta switch
        {
            { GradFn: { } producer } meta => new Edge(producer, meta.OutputNumber, null, impl.Shape, impl.DType),
            { RequiresGrad: true } => new Edge(null, 0, impl, impl.Shape, impl.DType),
            _ => default,
        };
    }
}
