using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor neg() => Differentiable(new Tensor(Elementwise.Unary<NegateOp>(Impl)), "Neg", static (_, g) => g.neg());

        public Tensor negative() => neg();

        public Tensor abs() =>
            WithInput(new Tensor(Elementwise.Unary<AbsoluteOp>(Impl)), "Abs", static (x, g) => g.mul(x.sign()));

        public Tensor absolute() => abs();

        public Tensor sign() => Differentiable(new Tensor(Elementwise.Unary<SignOp>(Impl)), "Sign", static (_, g) => g.zeros_like());

        public Tensor square() =>
            WithInput(new Tensor(Elementwise.Unary<SquareOp>(Impl)), "Square", static (x, g) => g.mul(x).mul_(2));

        public Tensor exp() => WithResult(Real<ExpOp>(), "Exp", static (y, g) => g.mul(y));

        public Tensor log() => WithInput(Real<LogOp>(), "Log", static (x, g) => g.div(x));

        public Tensor log1p() => WithInput(Real<Log1POp>(), "Log1p", static (x, g) => g.div(x.add(1)));

        public Tensor log2() => WithInput(Real<Log2Op>(), "Log2", static (x, g) => g.div(x.mul(Math.Log(2))));

        public Tensor sqrt() => WithResult(Real<SqrtOp>(), "Sqrt", static (y, g) => g.div(y.mul(2)));

        public Tensor rsqrt() => WithResult(Real<RsqrtOp>(), "Rsqrt", static (y, g) => g.mul(y.mul(y).mul_(y)).mul_(-0.5));

        public Tensor reciprocal() => WithResult(Real<ReciprocalOp>(), "Reciprocal", static (y, g) => g.mul(y).mul_(y).neg_());

        public Tensor tanh() => WithResult(Real<TanhOp>(), "Tanh", static (y, g) => g.Gradient<TanhGradientOp>(y));

        public Tensor sigmoid() => WithResult(Real<SigmoidOp>(), "Sigmoid", static (y, g) => g.Gradient<SigmoidGradientOp>(y));

        public Tensor erf() =>
            WithInput(Real<ErfOp>(), "Erf", static (x, g) => g.mul(x.square().neg_().exp().mul_(2 / Math.Sqrt(Math.PI))));

        public Tensor sin() => WithInput(Real<SinOp>(), "Sin", static (x, g) => g.mul(x.cos()));

        public Tensor cos() => WithInput(Real<CosOp>(), "Cos", static (x, g) => g.mul(x.sin()).neg_());

        public Tensor floor() => Differentiable(Rounded<FloorOp>(), "Floor", static (_, g) => g.zeros_like());

        public Tensor ceil() => Differentiable(Rounded<CeilingOp>(), "Ceil", static (_, g) => g.zeros_like());

        public Tensor trunc() => Differentiable(Rounded<TruncateOp>(), "Trunc", static (_, g) => g.zeros_like());

        public Tensor round(long decimals = 0)
        {
            if (decimals == 0)
                return Differentiable(Rounded<RoundOp>(), "Round", static (_, g) => g.zeros_like());
            double scale = Math.Pow(10, decimals);
            return TensorArena.Compose(() => mul(scale).round().div(scale));
        }

        public Tensor relu() =>
            WithResult(new Tensor(Elementwise.Unary<ReluOp>(Impl)), "Relu", static (y, g) => g.Gradient<ReluGradientOp>(y));

        public Tensor silu() => WithInput(Real<SiluOp>(), "Silu", static (x, g) => g.Gradient<SiluGradientOp>(x));

        public Tensor gelu() => Impl.DType == ScalarType.Float32
            ? WithInput(GeluOfFloats(null), "Gelu", static (x, g) => x.GeluOfFloats(g))
            : WithInput(Real<GeluOp>(), "Gelu", static (x, g) => g.Gradient<GeluGradientOp>(x));

        public Tensor softplus(double beta = 1, double threshold = 20) => beta == 1
            ? WithInput(Real<SoftplusOp>(), "Softplus", static (x, g) => g.mul(x.sigmoid()))
            : TensorArena.Compose(() => mul(beta).softplus().div(beta));

        public Tensor log_sigmoid() => TensorArena.Compose(() => neg().softplus().neg());

        public Tensor leaky_relu(Scalar negative_slope) =>
            TensorArena.Compose(() => torch.where(gt(0), this, mul(negative_slope)));

        public Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            if (min is null && max is null)
                throw new ArgumentException("clamp: expected a lower or an upper bound.", nameof(min));
            TensorImpl bounded = Impl.AddReference();
            if (min is not null)
                Bound<MaximumOp>(ref bounded, min);
            if (max is not null)
                Bound<MinimumOp>(ref bounded, max);
            return WithInput(new Tensor(bounded), "Clamp", (x, g) =>
            {
                Tensor inside = min is null ? x.le(max!) : max is null ? x.ge(min) : x.ge(min).logical_and(x.le(max));
                return torch.where(inside, g, g.Zero());
            });
        }

        public Tensor clamp(Tensor? min = null, Tensor? max = null)
        {
            if (min is null && max is null)
                throw new ArgumentException("clamp: expected a lower or an upper bound.", nameof(min));
            return TensorArena.Compose(() =>
            {
                Tensor raised = min is null ? this : maximum(min);
                return max is null ? raised : raised.minimum(max);
            });
        }

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor clamp_min(Scalar min) => clamp(min, null);

        public Tensor clamp_max(Scalar max) => clamp(null, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Store(() => clamp(min, max));

        public Tensor clamp_min_(Scalar min) => clamp_(min, null);

        public Tensor clamp_max_(Scalar max) => clamp_(null, max);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) => TensorArena.Compose(() =>
        {
            Tensor finite = torch.where(isnan(), full_like(nan), this);
            finite = torch.where(finite.eq(double.PositiveInfinity), full_like(posinf ?? float.MaxValue), finite);
            return torch.where(finite.eq(double.NegativeInfinity), full_like(neginf ?? -float.MaxValue), finite);
        });

        public Tensor neg_() => Tape.Needs(this) ? InPlace(neg) : Into(static x => Elementwise.UnaryInto<NegateOp>(x, x));

        public Tensor abs_() => Tape.Needs(this) ? InPlace(abs) : Into(static x => Elementwise.UnaryInto<AbsoluteOp>(x, x));

        public Tensor relu_() => Tape.Needs(this) ? InPlace(relu) : Into(static x => Elementwise.UnaryInto<ReluOp>(x, x));

        public Tensor exp_() => RealInPlace<ExpOp>(exp);

        public Tensor log_() => RealInPlace<LogOp>(log);

        public Tensor sqrt_() => RealInPlace<SqrtOp>(sqrt);

        public Tensor rsqrt_() => RealInPlace<RsqrtOp>(rsqrt);

        public Tensor reciprocal_() => RealInPlace<ReciprocalOp>(reciprocal);

        public Tensor tanh_() => RealInPlace<TanhOp>(tanh);

        public Tensor sigmoid_() => RealInPlace<SigmoidOp>(sigmoid);

        public Tensor silu_() => RealInPlace<SiluOp>(silu);

        public Tensor gelu_() => RealInPlace<GeluOp>(gelu);

        public Tensor floor_() => Store(floor);

        public Tensor ceil_() => Store(ceil);

        public Tensor round_(long decimals = 0) => Store(() => round(decimals));

        /// <summary>The exact GELU through the vectorised kernel, or its gradient.</summary>
        private unsafe Tensor GeluOfFloats(Tensor? gradient)
        {
            TensorImpl x = Elementwise.Contiguous(Impl, ScalarType.Float32), y = TensorImpl.Allocate(Impl.Shape, ScalarType.Float32);
            if (gradient is null)
            {
                Gelu.Forward(tanh: false, x.As<float>(), y.As<float>(), x.Count);
            }
            else
            {
                TensorImpl dy = Elementwise.Contiguous(gradient.Impl, ScalarType.Float32);
                Gelu.Backward(tanh: false, x.As<float>(), dy.As<float>(), y.As<float>(), x.Count);
                dy.Release();
            }
            x.Release();
            return new Tensor(y);
        }

        /// <summary>A zero without dimensions, for broadcasting.</summary>
        internal Tensor Zero() => new(Elementwise.Number(0, Impl.DType));

        /// <summary>A formula of the gradient and one saved value, in one pass.</summary>
        internal Tensor Gradient<TOp>(Tensor saved)
            where TOp : struct, IBinaryReal => new(Elementwise.RealBinary<TOp>(Impl, saved.Impl, Impl.DType));

        private static void Bound<TOp>(ref TensorImpl value, Scalar bound)
            where TOp : struct, IBinaryNumber
        {
            ScalarType type = TypePromotion.ResultType(value.DType, bound);
            TensorImpl number = Elementwise.Number(bound, type);
            TensorImpl bounded = Elementwise.Binary<TOp>(value, number, type);
            number.Release();
            value.Release();
            value = bounded;
        }

        private Tensor Real<TOp>()
            where TOp : struct, IUnaryReal => new(Elementwise.Real<TOp>(Impl));

        /// <summary>Integers are whole already.</summary>
        private Tensor Rounded<TOp>()
            where TOp : struct, IUnaryReal => TypePromotion.IsFloat(Impl.DType) ? Real<TOp>() : new Tensor(Elementwise.Clone(Impl));

        private Tensor Into(Action<TensorImpl> compute)
        {
            compute(Impl);
            Impl.Storage.BumpVersion();
            return this;
        }

        private Tensor RealInPlace<TOp>(Func<Tensor> compute)
            where TOp : struct, IUnaryReal
        {
            CheckStorable(TypePromotion.ToFloat(Impl.DType));
            return Tape.Needs(this) ? InPlace(compute) : Into(static x => Elementwise.RealInto<TOp>(x, x));
        }

        private Tensor Differentiable(Tensor result, string name, Func<Node, Tensor, Tensor> backward) =>
            Tape.Needs(this) ? Tape.Record(result, name, [this], [], (n, g) => [backward(n, g)]) : result;

        private Tensor WithInput(Tensor result, string name, Func<Tensor, Tensor, Tensor> backward) =>
            Tape.Needs(this) ? Tape.Record(result, name, [this], [Tape.Save(this)], (n, g) => [backward(n.Saved(0), g)]) : result;

        private Tensor WithResult(Tensor result, string name, Func<Tensor, Tensor, Tensor> backward) =>
            Tape.Needs(this) ? Tape.Record(result, name, [this], [Tape.Save(result)], (n, g) => [backward(n.Saved(0), g)]) : result;
    }

    public static Tensor neg(Tensor input) => input.neg();

    public static Tensor abs(Tensor input) => input.abs();

    public static Tensor sign(Tensor input) => input.sign();

    public static Tensor square(Tensor input) => input.square();

    public static Tensor exp(Tensor input) => input.exp();

    public static Tensor log(Tensor input) => input.log();

    public static Tensor log1p(Tensor input) => input.log1p();

    public static Tensor log2(Tensor input) => input.log2();

    public static Tensor sqrt(Tensor input) => input.sqrt();

    public static Tensor rsqrt(Tensor input) => input.rsqrt();

    public static Tensor reciprocal(Tensor input) => input.reciprocal();

    public static Tensor tanh(Tensor input) => input.tanh();

    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    public static Tensor erf(Tensor input) => input.erf();

    public static Tensor sin(Tensor input) => input.sin();

    public static Tensor cos(Tensor input) => input.cos();

    public static Tensor floor(Tensor input) => input.floor();

    public static Tensor ceil(Tensor input) => input.ceil();

    public static Tensor trunc(Tensor input) => input.trunc();

    public static Tensor round(Tensor input, long decimals = 0) => input.round(decimals);

    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    public static Tensor clamp_min(Tensor input, Scalar min) => input.clamp_min(min);

    public static Tensor clamp_max(Tensor input, Scalar max) => input.clamp_max(max);
}
