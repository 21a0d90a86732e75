namespace TorchSharp;

public static partial class torch
{
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(
        Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        if (step.Real == 0 || (stop.Real - start.Real) * step.Real < 0)
            throw new ArgumentException($"arange: no steps of {step} lead from {start} to {stop}.", nameof(step));
        bool real = TypePromotion.IsFloat(start.Type) || TypePromotion.IsFloat(stop.Type) || TypePromotion.IsFloat(step.Type);
        long count = real
            ? (long)Math.Ceiling((stop.Real - start.Real) / step.Real)
            : (stop.Integer - start.Integer + step.Integer - Math.Sign(step.Integer)) / step.Integer;
        return Sequence(
            count, real, i => start.Real + (i * step.Real), i => start.Integer + (i * step.Integer), dtype, device, requires_grad);
    }

    public static Tensor linspace(
        double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        if (steps < 0)
            throw new ArgumentOutOfRangeException(nameof(steps), $"linspace: expected a count, found {steps}.");
        double step = steps > 1 ? (end - start) / (steps - 1) : 0;
        // Counted from the nearer end, so that both ends are exact.
        return Sequence(
            steps, true, i => i < steps / 2 || steps == 1 ? start + (i * step) : end - ((steps - 1 - i) * step), null, dtype, device,
            requires_grad);
    }

    public static Tensor eye(
        long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        Tensor result = zeros(rows, columns < 0 ? rows : columns, dtype, device);
        using (TensorArena.Enter())
            result.diagonal().fill_(1);
        return requires_grad ? result.requires_grad_() : result;
    }

    public static Tensor tril(Tensor input, long diagonal = 0) => input.tril(diagonal);

    public static Tensor triu(Tensor input, long diagonal = 0) => input.triu(diagonal);

    private static unsafe Tensor Sequence(
        long count, bool real, Func<long, double> ofReal, Func<long, long>? ofInteger, ScalarType? dtype, Device? device, bool requiresGrad)
    {
        ScalarType type = dtype ?? (real ? ScalarType.Float32 : ScalarType.Int64);
        Tensor result = Allocate([count], real || ofInteger is null ? ScalarType.Float64 : ScalarType.Int64, device);
        for (long i = 0; i < count; i++)
        {
            if (result.Impl.DType == ScalarType.Float64)
                result.Impl.As<double>()[i] = ofReal(i);
            else
                result.Impl.As<long>()[i] = ofInteger!(i);
        }
        if (type != result.Impl.DType)
            result = result.to_type(type, disposeAfter: true);
        return requiresGrad ? result.requires_grad_() : result;
    }

    public partial class Tensor
    {
        public Tensor tril(long diagonal = 0) => Triangle(diagonal, lower: true);

        public Tensor triu(long diagonal = 0) => Triangle(diagonal, lower: false);

        public Tensor tril_(long diagonal = 0) => Store(() => tril(diagonal));

        public Tensor triu_(long diagonal = 0) => Store(() => triu(diagonal));

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.zeros_like(this, dtype, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.ones_like(this, dtype, device, requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.empty_like(this, dtype, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.full_like(this, value, dtype, device, requires_grad);

        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.rand_like(this, dtype, device, requires_grad);

        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.randn_like(this, dtype, device, requires_grad);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            zeros(size, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            empty(size, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            full(size, value, dtype ?? Impl.DType, device, requires_grad);

        private Tensor Triangle(long diagonal, bool lower)
        {
            if (Impl.Rank < 2)
                throw new InvalidOperationException($"A triangle needs at least 2 dimensions, found shape {Shapes.Text(Impl.Shape)}.");
            long rows = Impl.Shape[^2], columns = Impl.Shape[^1];
            return TensorArena.Compose(() =>
            {
                Tensor row = arange(rows).unsqueeze(1), column = arange(columns).unsqueeze(0);
                Tensor kept = lower ? column.sub(row).le(diagonal) : column.sub(row).ge(diagonal);
                return torch.where(kept, this, Zero());
            });
        }
    }
}
