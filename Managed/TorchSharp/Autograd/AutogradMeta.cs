namespace TorchSharp;

/// <summary>A tensor's place in the graph: a leaf that collects a gradient, or an output of <see cref="GradFn"/>.</summary>
internal sealed class AutogradMeta
{
    private Node? gradFn;
    private TensorImpl? grad;
    private bool isGradZero;

    internal bool RequiresGrad { get; set; }

    internal bool RetainsGrad { get; set; }

    internal int OutputNumber { get; private set; }

    internal TensorImpl? Grad
    {
        get
        {
            if (isGradZero)
            {
                isGradZero = false;
                Elementwise.Fill(grad!, 0);
            }
            return grad;
        }
    }

    internal Node? GradFn => gradFn;

    internal void SetGradFn(Node? node, int outputNumber)
    {
        node?.AddReference();
        gradFn?.Release();
        gradFn = node;
        OutputNumber = outputNumber;
    }

    /// <summary>Takes over one reference of <paramref name="grad"/>.</summary>
    internal void SetGrad(TensorImpl? grad)
    {
        TensorImpl? old = this.grad;
        this.grad = grad;
        isGradZero = false;
        old?.Release();
    }

    /// <summary>
    /// Zeroes the gradient. The buffer is only marked where nobody else sees it: the next gradient then overwrites it, which saves a
    /// pass over the memory of the model in every step.
    /// </summary>
    internal void ZeroGrad()
    {
        if (grad is null)
            return;
        grad.Storage.BumpVersion();
        if (grad.IsExclusive && grad.IsContiguous)
            isGradZero = true;
        else
            Elementwise.Fill(grad, 0);
    }

    /// <summary>The buffer to add the next gradient to; null, or marked as one whose contents count as zero.</summary>
    internal TensorImpl? OpenGrad(out bool isZero)
    {
        isZero = isGradZero;
        isGradZero = false;
        return grad;
    }

    internal void Release()
    {
        SetGradFn(null, 0);
        SetGrad(null);
    }
}
