using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>x·Wᵀ + b: [.., in] to [.., out].</summary>
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        private Parameter _weight;
        private Parameter? _bias;

        internal Linear(Parameter weight, Parameter? bias)
            : base(nameof(Linear))
        {
            (out_features, in_features) = (weight.Impl.Shape[0], weight.Impl.Shape[1]);
            _weight = weight;
            _bias = bias;
            ConditionallyRegisterParameter(nameof(weight), weight);
            ConditionallyRegisterParameter(nameof(bias), bias);
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        public Parameter weight
        {
            get => _weight;
            set => ConditionallyRegisterParameter(nameof(weight), _weight = value);
        }

        public Parameter? bias
        {
            get => _bias;
            set => ConditionallyRegisterParameter(nameof(bias), _bias = value);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, _weight, _bias);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(
                long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
            {
                if (inputSize < 1 || outputSize < 1)
                    throw new ArgumentOutOfRangeException(
                        nameof(inputSize), $"Linear: expected positive sizes, found {inputSize} and {outputSize}.");
                var weight = new Parameter(empty(outputSize, inputSize, dtype, device));
                Parameter? bias = hasBias ? new Parameter(empty(outputSize, dtype, device)) : null;
                init.kaiming_uniform_(weight, Math.Sqrt(5));
                if (bias is not null)
                    init.uniform_(bias, -1 / Math.Sqrt(inputSize), 1 / Math.Sqrt(inputSize));
                return new Linear(weight, bias);
            }

            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);
        }
    }
}
