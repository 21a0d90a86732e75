namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public void backward() => backward(null);

        public void backward(
            IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph, create_graph, inputs);
    }

    public static partial class autograd
    {
        /// <summary>The gradients of outputs with respect to inputs, without touching the gradients that leaves keep.</summary>
        public static IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false,
            bool create_graph = false, bool allow_unused = false)
        {
            NoSecondOrder(create_graph);
            Tensor?[] gradients = Engine.Gradients(outputs, grad_outputs, inputs, retain_graph);
            int unused = Array.FindIndex(gradients, gradient => gradient is null);
            if (unused >= 0 && !allow_unused)
                throw new InvalidOperationException(
                    $"Input {unused} had no part in the outputs: pass allow_unused: true if that is meant.");
            return gradients!;
        }

        public static void backward(
            IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null)
        {
            NoSecondOrder(create_graph);
            if (inputs is null)
            {
                Engine.Backward(tensors, grad_tensors, retain_graph ?? false);
                return;
            }
            using TensorArena arena = TensorArena.Enter();
            Tensor?[] gradients = Engine.Gradients(tensors, grad_tensors, inputs, retain_graph ?? false);
            for (int i = 0; i < gradients.Length; i++)
            {
                if (gradients[i] is { } gradient)
                    inputs[i].grad = inputs[i].grad is { } before ? before.add(gradient) : gradient.clone();
            }
        }

        public static void backward(
            Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(
            Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        private static void NoSecondOrder(bool create_graph)
        {
            if (create_graph)
                throw new NotSupportedException("create_graph: gradients of gradients are not available in the managed engine.");
        }
    }
}
