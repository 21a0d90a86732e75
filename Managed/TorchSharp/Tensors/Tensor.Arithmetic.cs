using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public enum RoundingMode
    {
        None = 0,
        trunc = 1,
        floor = 2,
    }

    public partial class Tensor
    {
        public Tensor add(Tensor target)
        {
            var result = new Tensor(Arithmetic<AddOp>(this, target));
            return Tape.Needs(this, target)
                ? Tape.Record(result, "Add", [this, target], [], static (_, g) => [g, g])
                : result;
        }

        public Tensor add(Tensor target, Scalar alpha) =>
            IsOne(alpha) ? add(target) : TensorArena.Compose(() => add(target.mul(alpha)));

        public Tensor add(Scalar scalar)
        {
            var result = new Tensor(Arithmetic<AddOp>(this, scalar));
            return Tape.Needs(this) ? Tape.Record(result, "AddScalar", [this], [], static (_, g) => [g]) : result;
        }

        public Tensor add(Scalar scalar, Scalar alpha) => add(Product(scalar, alpha));

        public Tensor add_(Tensor target) => Tape.Needs(this, target) ? InPlace(() => add(target)) : ArithmeticInto<AddOp>(target);

        public Tensor add_(Tensor target, Scalar alpha)
        {
            if (IsOne(alpha))
                return add_(target);
            using TensorArena arena = TensorArena.Enter();
            return add_(target.mul(alpha));
        }

        public Tensor add_(Scalar scalar) => Tape.Needs(this) ? InPlace(() => add(scalar)) : ArithmeticInto<AddOp>(scalar);

        public Tensor add_(Scalar scalar, Scalar alpha) => add_(Product(scalar, alpha));

        public Tensor sub(Tensor target)
        {
            NotBool(this, target);
            var result = new Tensor(Arithmetic<SubtractOp>(this, target));
            return Tape.Needs(this, target)
                ? Tape.Record(result, "Sub", [this, target], [], static (n, g) => [g, n.Needs(1) ? g.neg() : null])
                : result;
        }

        public Tensor sub(Scalar target)
        {
            var result = new Tensor(Arithmetic<SubtractOp>(this, target));
            return Tape.Needs(this) ? Tape.Record(result, "SubScalar", [this], [], static (_, g) => [g]) : result;
        }

        public Tensor sub_(Tensor target) => Tape.Needs(this, target) ? InPlace(() => sub(target)) : ArithmeticInto<SubtractOp>(target);

        public Tensor sub_(Scalar target) => Tape.Needs(this) ? InPlace(() => sub(target)) : ArithmeticInto<SubtractOp>(target);

        public Tensor subtract(Tensor target) => sub(target);

        public Tensor subtract(Scalar target) => sub(target);

        public Tensor mul(Tensor target)
        {
            var result = new Tensor(Arithmetic<MultiplyOp>(this, target));
            if (!Tape.Needs(this, target))
                return result;
            bool left = Impl.RequiresGrad, right = target.Impl.RequiresGrad;
            return Tape.Record(result, "Mul", [this, target], [Tape.Save(target, left), Tape.Save(this, right)], static (n, g) =>
                [n.Needs(0) ? g.mul(n.Saved(0)) : null, n.Needs(1) ? g.mul(n.Saved(1)) : null]);
        }

        public Tensor mul(Scalar target)
        {
            var result = new Tensor(Arithmetic<MultiplyOp>(this, target));
            return Tape.Needs(this) ? Tape.Record(result, "MulScalar", [this], [], (_, g) => [g.mul(target)]) : result;
        }

        public Tensor mul_(Tensor target) => Tape.Needs(this, target) ? InPlace(() => mul(target)) : ArithmeticInto<MultiplyOp>(target);

        public Tensor mul_(Scalar target) => Tape.Needs(this) ? InPlace(() => mul(target)) : ArithmeticInto<MultiplyOp>(target);

        public Tensor multiply(Tensor target) => mul(target);

        public Tensor multiply(Scalar target) => mul(target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.floor)
                return new Tensor(Arithmetic<FloorDivideOp>(this, target));
            if (rounding_mode == RoundingMode.trunc)
                return new Tensor(Arithmetic<TruncatedDivideOp>(this, target));
            ScalarType type = TypePromotion.ResultType(Impl, target.Impl);
            var result = new Tensor(Elementwise.RealBinary<DivideOp>(Impl, target.Impl, type));
            if (!Tape.Needs(this, target))
                return result;
            return Tape.Record(
                result, "Div", [this, target], [Tape.Save(target), Tape.Save(result, target.Impl.RequiresGrad)], static (n, g) =>
                {
                    Tensor left = g.div(n.Saved(0));
                    return [left, n.Needs(1) ? left.mul(n.Saved(1)).neg_() : null];
                });
        }

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            if (rounding_mode == RoundingMode.floor)
                return new Tensor(Arithmetic<FloorDivideOp>(this, target));
            if (rounding_mode == RoundingMode.trunc)
                return new Tensor(Arithmetic<TruncatedDivideOp>(this, target));
            TensorImpl number = Elementwise.Number(target, TypePromotion.ToFloat(TypePromotion.ResultType(Impl.DType, target)));
            var result = new Tensor(Elementwise.RealBinary<DivideOp>(Impl, number, number.DType));
            number.Release();
            return Tape.Needs(this) ? Tape.Record(result, "DivScalar", [this], [], (_, g) => [g.div(target)]) : result;
        }

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) =>
            Store(() => div(target, rounding_mode), target);

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Store(() => div(target, rounding_mode));

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor true_divide(Tensor other) => div(other);

        public Tensor true_divide(Scalar other) => div(other);

        public Tensor floor_divide(Tensor other) => div(other, RoundingMode.floor);

        public Tensor floor_divide(Scalar other) => div(other, RoundingMode.floor);

        public Tensor remainder(Tensor target) => new(Arithmetic<RemainderOp>(this, target));

        public Tensor remainder(Scalar scalar) => new(Arithmetic<RemainderOp>(this, scalar));

        public Tensor pow(Scalar exponent)
        {
            if (exponent.Real == 2)
                return square();
            if (TypePromotion.IsIntegral(Impl.DType) && !TypePromotion.IsFloat(exponent.Type))
            {
                if (exponent.Integer < 0)
                    throw new InvalidOperationException("Integers to negative integer powers are not allowed.");
                return new Tensor(Arithmetic<IntegerPowerOp>(this, exponent));
            }
            TensorImpl number = Elementwise.Number(exponent, TypePromotion.ToFloat(Impl.DType));
            var result = new Tensor(Elementwise.RealBinary<PowerOp>(Impl, number, number.DType));
            number.Release();
            double p = exponent.Real;
            return Tape.Needs(this)
                ? Tape.Record(result, "PowScalar", [this], [Tape.Save(this)], (n, g) =>
                    [p == 0 ? g.zeros_like() : g.mul(n.Saved(0).pow(p - 1).mul_(p))])
                : result;
        }

        public Tensor pow(Tensor exponent)
        {
            ScalarType type = TypePromotion.ResultType(Impl, exponent.Impl);
            if (!TypePromotion.IsFloat(type))
                return new Tensor(Arithmetic<IntegerPowerOp>(this, exponent));
            var result = new Tensor(Elementwise.RealBinary<PowerOp>(Impl, exponent.Impl, type));
            if (!Tape.Needs(this, exponent))
                return result;
            return Tape.Record(result, "Pow", [this, exponent], [Tape.Save(this), Tape.Save(exponent), Tape.Save(result)], static (n, g) =>
            {
                Tensor x = n.Saved(0), p = n.Saved(1), y = n.Saved(2);
                // 0⁰ = 1 and 0ᵖ = 0 do not move with the exponent.
                Tensor log = torch.where(x.eq(0), x.zeros_like(), x.log());
                return [n.Needs(0) ? g.mul(p).mul_(x.pow(p.sub(1))) : null, n.Needs(1) ? g.mul(y).mul_(log) : null];
            });
        }

        public Tensor pow_(Scalar exponent) => Store(() => pow(exponent));

        public Tensor pow_(Tensor exponent) => Store(() => pow(exponent), exponent);

        public Tensor maximum(Tensor other) => Extreme<MaximumOp>(other, "Maximum", static (a, b) => a.gt(b));

        public Tensor minimum(Tensor other) => Extreme<MinimumOp>(other, "Minimum", static (a, b) => a.lt(b));

        public Tensor max(Tensor other) => maximum(other);

        public Tensor min(Tensor other) => minimum(other);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) =>
            TensorArena.Compose(() => add(tensor1.mul(tensor2).mul(value)));

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            using TensorArena arena = TensorArena.Enter();
            return add_(tensor1.mul(tensor2).mul(value));
        }

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) =>
            TensorArena.Compose(() => add(tensor1.div(tensor2).mul(value)));

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            using TensorArena arena = TensorArena.Enter();
            return add_(tensor1.div(tensor2).mul(value));
        }

        public Tensor lerp(Tensor end, Tensor weight) => TensorArena.Compose(() => add(end.sub(this).mul(weight)));

        public Tensor lerp_(Tensor end, Tensor weight) => Store(() => lerp(end, weight), end);

        /// <summary>In place through the operation that makes a new tensor.</summary>
        private Tensor Store(Func<Tensor> compute, Tensor? other = null)
        {
            if (Tape.Needs(this, other))
                return InPlace(compute);
            using TensorArena arena = TensorArena.Enter();
            return copy_(compute());
        }

        private Tensor Extreme<TOp>(Tensor other, string name, Func<Tensor, Tensor, Tensor> wins)
            where TOp : struct, IBinaryNumber
        {
            var result = new Tensor(Arithmetic<TOp>(this, other));
            if (!Tape.Needs(this, other))
                return result;
            return Tape.Record(result, name, [this, other], [Tape.Save(this), Tape.Save(other)], (n, g) =>
            {
                // Where both are equal each gets half, as in PyTorch.
                Tensor a = n.Saved(0), b = n.Saved(1);
                Tensor half = a.eq(b).to_type(g.dtype).mul_(0.5);
                return [g.mul(wins(a, b).to_type(g.dtype).add_(half)), g.mul(wins(b, a).to_type(g.dtype).add_(half))];
            });
        }

        private static TensorImpl Arithmetic<TOp>(Tensor a, Tensor b)
            where TOp : struct, IBinaryNumber =>
            Elementwise.Binary<TOp>(a.Impl, b.Impl, TypePromotion.ResultType(a.Impl, b.Impl));

        private static TensorImpl Arithmetic<TOp>(Tensor a, Scalar b)
            where TOp : struct, IBinaryNumber
        {
            ScalarType type = TypePromotion.ResultType(a.Impl.DType, b);
            TensorImpl number = Elementwise.Number(b, type);
            TensorImpl result = Elementwise.Binary<TOp>(a.Impl, number, type);
            number.Release();
            return result;
        }

        private Tensor ArithmeticInto<TOp>(Tensor other)
            where TOp : struct, IBinaryNumber
        {
            ScalarType type = TypePromotion.ResultType(Impl, other.Impl);
            CheckStorable(type);
            // Memory that overlaps without being the same window must be read before it is written.
            bool overlaps = ReferenceEquals(Impl.Storage, other.Impl.Storage)
                && (Impl.Offset != other.Impl.Offset || !Impl.Strides.AsSpan().SequenceEqual(other.Impl.Strides));
            TensorImpl operand = overlaps ? Elementwise.Clone(other.Impl) : other.Impl.AddReference();
            Elementwise.Binary<TOp>(Impl, Impl, operand, type);
            operand.Release();
            Impl.Storage.BumpVersion();
            return this;
        }

        private Tensor ArithmeticInto<TOp>(Scalar other)
            where TOp : struct, IBinaryNumber
        {
            ScalarType type = TypePromotion.ResultType(Impl.DType, other);
            CheckStorable(type);
            TensorImpl number = Elementwise.Number(other, type);
            Elementwise.Binary<TOp>(Impl, Impl, number, type);
            number.Release();
            Impl.Storage.BumpVersion();
            return this;
        }

        private void CheckStorable(ScalarType type)
        {
            if (TypePromotion.IsFloat(type) && !TypePromotion.IsFloat(Impl.DType))
                throw new InvalidOperationException($"A result of type {type} cannot be stored in place in a tensor of type {Impl.DType}.");
        }

        private static void NotBool(Tensor a, Tensor b)
        {
            if (a.Impl.DType == ScalarType.Bool && b.Impl.DType == ScalarType.Bool)
                throw new InvalidOperationException("Bools cannot be subtracted: use logical_xor() or logical_not().");
        }

        private static bool IsOne(Scalar scalar) => scalar.Real == 1;

        private static Scalar Product(Scalar a, Scalar b) =>
            TypePromotion.IsFloat(a.Type) || TypePromotion.IsFloat(b.Type) ? a.Real * b.Real : a.Integer * b.Integer;
    }

    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    public static Tensor add(Tensor left, Scalar right) => left.add(right);

    public static Tensor add(Tensor left, Tensor right, Scalar alpha) => left.add(right, alpha);

    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);

    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);

    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);

    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    public static Tensor div(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => left.div(right, rounding_mode);

    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    public static Tensor max(Tensor input, Tensor other) => input.maximum(other);

    public static Tensor min(Tensor input, Tensor other) => input.minimum(other);

    public static Tensor lerp(Tensor input, Tensor end, Tensor weight) => input.lerp(end, weight);
}
