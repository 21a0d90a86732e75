namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor uniform_(double from, double to, Generator? generator = null)
        {
            CheckInPlace();
            return Random.Fill(this, generator, from, to);
        }

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null)
        {
            CheckInPlace();
            return Random.FillNormal(this, generator, mean, std);
        }

        public Tensor bernoulli(Generator? generator = null) => TensorArena.Compose(() =>
            Random.Fill(empty(Impl.Shape), generator, 0, 1).lt(detach()).to_type(TypePromotion.ToFloat(Impl.DType)));

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            using TensorArena arena = TensorArena.Enter();
            return copy_(Random.Fill(empty(Impl.Shape), generator, 0, 1).lt(p));
        }

        public Tensor exponential_(double lambda = 1, Generator? generator = null)
        {
            using TensorArena arena = TensorArena.Enter();
            Tensor uniform = Random.Fill(empty(Impl.Shape), generator, 0, 1);
            return copy_(uniform.neg().log1p().div(-lambda));
        }

        /// <summary>Draws indices of the last dimension in proportion to its weights.</summary>
        public unsafe Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null)
        {
            if (Impl.Rank is not (1 or 2))
                throw new ArgumentException($"multinomial: expected 1 or 2 dimensions, found shape {Shapes.Text(Impl.Shape)}.");
            long classes = Impl.Shape[^1];
            if (num_samples <= 0 || (!replacement && num_samples > classes))
                throw new ArgumentOutOfRangeException(nameof(num_samples), $"multinomial: cannot draw {num_samples} of {classes} classes.");
            TensorImpl weights = Elementwise.Cast(Impl, ScalarType.Float64);
            long rows = Impl.Count / Math.Max(1, classes);
            Tensor result = empty([.. Impl.Shape[..^1], num_samples], ScalarType.Int64);
            var (seed, offset) = (generator ?? Generator.Default).Reserve(rows * num_samples);
            for (long row = 0; row < rows; row++)
            {
                double* w = weights.As<double>() + (row * classes);
                for (long k = 0; k < num_samples; k++, offset++)
                {
                    long drawn = Draw(w, classes, Random.Uniform(seed, offset));
                    result.LongPointer[(row * num_samples) + k] = drawn;
                    if (!replacement)
                        w[drawn] = 0;
                }
            }
            weights.Release();
            return result;
        }

        private static unsafe long Draw(double* weights, long count, double uniform)
        {
            double sum = 0;
            long last = -1;
            for (long i = 0; i < count; i++)
            {
                if (!double.IsFinite(weights[i]) || weights[i] < 0)
                    throw new ArgumentException($"multinomial: weights must be finite and not negative, found {weights[i]}.");
                sum += weights[i];
                last = weights[i] > 0 ? i : last;
            }
            if (last < 0)
                throw new ArgumentException("multinomial: the weights of a row add up to zero.");
            double left = uniform * sum;
            for (long i = 0; i < last; i++)
            {
                left -= weights[i];
                if (left < 0 && weights[i] > 0)
                    return i;
            }
            return last;
        }
    }
}
