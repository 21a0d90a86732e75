namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_().Alias() : x.relu();

            public static Tensor gelu(Tensor x) => x.gelu();

            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_().Alias() : x.gelu();

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_().Alias() : x.silu();

            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_().Alias() : x.sigmoid();

            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_().Alias() : x.tanh();

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) => x.softplus(beta, threshold);

            public static Tensor logsigmoid(Tensor x) => x.log_sigmoid();

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                input.leaky_relu(negative_slope);

            public static Tensor normalize(Tensor input, double p = 2, long dim = 1, double eps = 1E-12) => TensorArena.Compose(() =>
                input.div(input.norm((int)dim, true, (float)p).clamp_min(eps)));

            public static Tensor one_hot(Tensor x, long num_classes = -1) => TensorArena.Compose(() =>
            {
                if (x.dtype != ScalarType.Int64)
                    throw new ArgumentException($"one_hot: expected classes of type Int64, found {x.dtype}.", nameof(x));
                long classes = num_classes >= 0 ? num_classes : x.max().item<long>() + 1;
                return x.unsqueeze(-1).eq(arange(classes)).to_type(ScalarType.Int64);
            });

            public static unsafe Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
            {
                if (p is < 0 or > 1)
                    throw new ArgumentOutOfRangeException(nameof(p), $"dropout: expected a probability from 0 to 1, found {p}.");
                if (!training || p == 0)
                    return input.Alias();
                if (inplace)
                    return input.InPlace(() => dropout(input, p)).Alias();
                var (seed, offset) = Generator.Default.Reserve(input.numel());
                Tensor Apply(Tensor x)
                {
                    TensorImpl source = Elementwise.Contiguous(x.Impl, ScalarType.Float32);
                    TensorImpl result = TensorImpl.Allocate(source.Shape, ScalarType.Float32);
                    Kernels.Dropout.Apply(source.As<float>(), result.As<float>(), source.Count, (float)p, seed, offset);
                    source.Release();
                    var dropped = new Tensor(result);
                    return dropped.dtype == x.dtype ? dropped : dropped.to_type(x.dtype, disposeAfter: true);
                }
                if (p == 1)
                    return TensorArena.Compose(() => input.mul(0));
                Tensor output = Apply(input);
                // The mask is a function of seed and position, so the gradient draws the same one again.
                return Tape.Needs(input) ? Tape.Record(output, "Dropout", [input], [], (_, g) => [Apply(g)]) : output;
            }
        }
    }
}
