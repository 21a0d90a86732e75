using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients together so that their norm is at most <paramref name="max_norm"/>; returns the norm
            /// before.</summary>
            public static unsafe double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                TensorImpl[] gradients = [.. tensors.Select(t => t.Impl.Meta?.Grad).OfType<TensorImpl>()];
                if (gradients.Length == 0)
                    return 0;
                double total = norm_type == 2 ? Math.Sqrt(gradients.Sum(SumOfSquares)) : NormOf(gradients, norm_type);
                double scale = max_norm / (total + 1e-6);
                if (scale < 1)
                {
                    foreach (TensorImpl gradient in gradients)
                        Scale(gradient, scale);
                }
                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using (no_grad())
                using (TensorArena.Enter())
                {
                    foreach (Parameter parameter in tensors)
                        parameter.grad?.clamp_(-clip_value, clip_value);
                }
            }

            private static unsafe double SumOfSquares(TensorImpl gradient)
            {
                TensorImpl flat = Elementwise.Contiguous(gradient, ScalarType.Float32);
                double sum = Kernels.Norms.SumOfSquares(flat.As<float>(), flat.Count);
                flat.Release();
                return sum;
            }

            private static double NormOf(TensorImpl[] gradients, double p)
            {
                using TensorArena arena = TensorArena.Enter();
                double[] norms = Array.ConvertAll(gradients, g => new Tensor(g.AddReference()).norm((float)p).ToDouble());
                return double.IsPositiveInfinity(p) ? norms.Max() : Math.Pow(norms.Sum(n => Math.Pow(n, p)), 1 / p);
            }

            private static void Scale(TensorImpl gradient, double factor)
            {
                TensorImpl number = Elementwise.Number(factor, gradient.DType);
                Elementwise.Binary<Kernels.MultiplyOp>(gradient, gradient, number, gradient.DType);
                number.Release();
                gradient.Storage.BumpVersion();
            }
        }
    }
}
