namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What a function of the user's own passes from forward to backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> data = [];
            private SavedTensor[] saved = [];
            private bool isHandedOver;

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            internal List<Tensor> NonDifferentiable { get; } = [];

            public void save_for_backward(List<Tensor> tensors)
            {
                Dispose();
                saved = [.. tensors.Select(tensor => new SavedTensor(tensor.Impl))];
            }

            public List<Tensor> get_saved_variables() => [.. saved.Select(value => value.Unpack("a function of the user"))];

            public void save_data(string key, object value) => data[key] = value;

            public object get_data(string key) => data[key];

            public void mark_non_differentiable(List<Tensor> tensors) => NonDifferentiable.AddRange(tensors);

            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            /// <summary>From here on the graph frees the saved values.</summary>
            internal SavedTensor[] HandOver()
            {
                isHandedOver = true;
                return saved;
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (isHandedOver)
                    return;
                foreach (SavedTensor value in saved)
                    value.Release();
                saved = [];
            }
        }

        public abstract class Function<T>
            where T : Function<T>, new()
        {
            protected Function()
            {
            }

            public abstract string Name { get; }

            internal abstract List<Tensor> Forward(AutogradContext ctx, object[] vars);

            internal abstract List<Tensor> Backward(AutogradContext ctx, List<Tensor> gradients);

            private protected static List<Tensor> Apply(object[] vars)
            {
                var function = new T();
                var ctx = new AutogradContext();
                Tensor?[] inputs = [.. vars.Select(value => value as Tensor)];
                List<Tensor> outputs;
                using (no_grad())
                    outputs = function.Forward(ctx, vars);
                if (!Fused.Needs(inputs))
                {
                    ctx.Dispose();
                    return outputs;
                }
                // An output that is an input needs a place of its own in the graph.
                for (int i = 0; i < outputs.Count; i++)
                {
                    if (outputs[i].Impl.RequiresGrad)
                        outputs[i] = outputs[i].detach();
                }
                Tensor[] results = [.. outputs.Where(output => !ctx.NonDifferentiable.Contains(output))];
                Tape.RecordMany(results, function.Name, inputs, ctx.HandOver(), (node, gradients) =>
                {
                    var given = new List<Tensor>();
                    for (int i = 0; i < gradients.Length; i++)
                        given.Add(gradients[i] is null && ctx.MaterializeGrads ? zeros(
                            node.Outputs[i].Shape, node.Outputs[i].DType) : gradients[i]!);
                    return [.. function.Backward(ctx, given)];
                });
                return outputs;
            }
        }

        public abstract class SingleTensorFunction<T> : Function<T>
            where T : SingleTensorFunction<T>, new()
        {
            protected SingleTensorFunction()
            {
            }

            public abstract Tensor forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, Tensor grad_output);

            public static Tensor apply(params object[] vars) => Apply(vars)[0];

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => [forward(ctx, vars)];

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> gradients) => backward(ctx, gradients[0]);
        }

        public abstract class MultiTensorFunction<T> : Function<T>
            where T : MultiTensorFunction<T>, new()
        {
            protected MultiTensorFunction()
            {
            }

            public abstract List<Tensor> forward(AutogradContext ctx, params object[] vars);

            public abstract List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs);

            public static List<Tensor> apply(params object[] vars) => Apply(vars);

            internal sealed override List<Tensor> Forward(AutogradContext ctx, object[] vars) => forward(ctx, vars);

            internal sealed override List<Tensor> Backward(AutogradContext ctx, List<Tensor> gradients) => backward(ctx, gradients);
        }
    }
}
