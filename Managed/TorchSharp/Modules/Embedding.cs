using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A table of vectors: indices [..] to [.., width].</summary>
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long padding;
        private Parameter _weight;

        internal Embedding(Parameter weight, long? padding)
            : base(nameof(Embedding))
        {
            this.padding = padding ?? -1;
            _weight = weight;
            ConditionallyRegisterParameter(nameof(weight), weight);
        }

        public Parameter weight
        {
            get => _weight;
            set => ConditionallyRegisterParameter(nameof(weight), _weight = value);
        }

        public override Tensor forward(Tensor input) => nn.functional.Embed(input, _weight, padding);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(
                long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2,
                bool scale_grad_by_freq = false, bool sparse = false, Device? device = null, ScalarType? dtype = null)
            {
                if (max_norm is not null || scale_grad_by_freq || sparse)
                    throw new NotSupportedException(
                        "Embedding: max_norm, scale_grad_by_freq and sparse are not available in the managed engine.");
                var weight = new Parameter(empty(num_embeddings, embedding_dims, dtype, device));
                init.normal_(weight);
                long? padding = padding_idx < 0 ? padding_idx + num_embeddings : padding_idx;
                if (padding is { } row)
                {
                    using (no_grad())
                    using (TensorArena.Enter())
                        weight.select(0, row).zero_();
                }
                return new Embedding(weight, padding);
            }
        }
    }
}
