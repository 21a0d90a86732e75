using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Relation<EqualOp>(target);

        public Tensor eq(Scalar target) => Relation<EqualOp>(target);

        public Tensor ne(Tensor target) => Relation<NotEqualOp>(target);

        public Tensor ne(Scalar target) => Relation<NotEqualOp>(target);

        public Tensor lt(Tensor target) => Relation<LessOp>(target);

        public Tensor lt(Scalar target) => Relation<LessOp>(target);

        public Tensor le(Tensor target) => Relation<LessOrEqualOp>(target);

        public Tensor le(Scalar target) => Relation<LessOrEqualOp>(target);

        public Tensor gt(Tensor target) => Relation<GreaterOp>(target);

        public Tensor gt(Scalar target) => Relation<GreaterOp>(target);

        public Tensor ge(Tensor target) => Relation<GreaterOrEqualOp>(target);

        public Tensor ge(Scalar target) => Relation<GreaterOrEqualOp>(target);

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor greater(Tensor target) => gt(target);

        public Tensor greater_equal(Tensor target) => ge(target);

        public Tensor less(Tensor target) => lt(target);

        public Tensor less_equal(Tensor target) => le(target);

        public Tensor logical_and(Tensor other) => Relation<AndOp>(other);

        public Tensor logical_or(Tensor other) => Relation<OrOp>(other);

        public Tensor logical_xor(Tensor other) => Relation<XorOp>(other);

        public Tensor logical_not() => eq(0);

        public Tensor bitwise_and(Tensor other) => Bits<AndOp>(other, static (a, b) => a & b);

        public Tensor bitwise_or(Tensor other) => Bits<OrOp>(other, static (a, b) => a | b);

        public Tensor bitwise_xor(Tensor other) => Bits<XorOp>(other, static (a, b) => a ^ b);

        public Tensor bitwise_not() => Impl.DType switch
        {
            ScalarType.Bool => logical_not(),
            ScalarType.Int32 or ScalarType.Int64 => TensorArena.Compose(() => neg().sub(1)),
            _ => throw new NotSupportedException($"bitwise_not is defined for Bool, Int32 and Int64, found {Impl.DType}."),
        };

        public Tensor isnan() => Relation<IsNaNOp>(this);

        public Tensor isinf() => Relation<IsInfinityOp>(this);

        public Tensor isfinite() => Relation<IsFiniteOp>(this);

        public Tensor isclose(Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false) => TensorArena.Compose(() =>
        {
            Tensor close = sub(other).abs().le(other.abs().mul(rtol).add(atol)).logical_or(eq(other));
            return nanEqual ? close.logical_or(isnan().logical_and(other.isnan())) : close;
        });

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false)
        {
            using TensorArena arena = TensorArena.Enter();
            return isclose(target, rtol, atol, equal_nan).all().item<bool>();
        }

        public Tensor equal(Tensor target) => eq(target);

        public Tensor where(Tensor condition, Tensor y) => torch.where(condition, this, y);

        private Tensor Relation<TOp>(Tensor other)
            where TOp : struct, IRelation => new(Elementwise.Compare<TOp>(Impl, other.Impl));

        private Tensor Relation<TOp>(Scalar other)
            where TOp : struct, IRelation
        {
            TensorImpl number = Elementwise.Number(other, TypePromotion.ResultType(Impl.DType, other));
            var result = new Tensor(Elementwise.Compare<TOp>(Impl, number));
            number.Release();
            return result;
        }

        private unsafe Tensor Bits<TOp>(Tensor other, Func<long, long, long> combine)
            where TOp : struct, IRelation
        {
            ScalarType type = TypePromotion.ResultType(Impl, other.Impl);
            if (type == ScalarType.Bool)
                return Relation<TOp>(other);
            if (TypePromotion.IsFloat(type))
                throw new NotSupportedException($"Bitwise operations are defined for integers and bools, found {type}.");
            long[] shape = Shapes.Broadcast(Impl.Shape, other.Impl.Shape);
            return TensorArena.Compose(() =>
            {
                Tensor a = Expand(shape).to_type(ScalarType.Int64).contiguous();
                Tensor b = other.Expand(shape).to_type(ScalarType.Int64).contiguous();
                Tensor result = empty(shape, ScalarType.Int64);
                for (long i = 0; i < result.Impl.Count; i++)
                    result.LongPointer[i] = combine(a.LongPointer[i], b.LongPointer[i]);
                return result.to_type(type);
            });
        }
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y)
    {
        if (condition.Impl.DType != ScalarType.Bool)
            throw new ArgumentException($"where: expected a condition of type Bool, found {condition.Impl.DType}.", nameof(condition));
        long[] shape = Shapes.Broadcast(condition.Impl.Shape, Shapes.Broadcast(x.Impl.Shape, y.Impl.Shape));
        TensorImpl result = TensorImpl.Allocate(shape, TypePromotion.ResultType(x.Impl, y.Impl));
        Elementwise.Select(result, condition.Impl, x.Impl, y.Impl);
        var selected = new Tensor(result);
        if (!Tape.Needs(x, y))
            return selected;
        return Tape.Record(selected, "Where", [x, y], [Tape.Save(condition)], static (n, g) =>
        {
            Tensor condition = n.Saved(0);
            return
            [
                n.Needs(0) ? where(condition, g, g.Zero()) : null,
                n.Needs(1) ? where(condition, g.Zero(), g) : null,
            ];
        });
    }

    public static Tensor[] where(Tensor condition) => [.. condition.nonzero_as_list()];

    public static Tensor eq(Tensor left, Tensor right) => left.eq(right);

    public static Tensor ne(Tensor left, Tensor right) => left.ne(right);

    public static Tensor lt(Tensor left, Tensor right) => left.lt(right);

    public static Tensor le(Tensor left, Tensor right) => left.le(right);

    public static Tensor gt(Tensor left, Tensor right) => left.gt(right);

    public static Tensor ge(Tensor left, Tensor right) => left.ge(right);

    public static Tensor logical_and(Tensor left, Tensor right) => left.logical_and(right);

    public static Tensor logical_or(Tensor left, Tensor right) => left.logical_or(right);

    public static Tensor logical_xor(Tensor left, Tensor right) => left.logical_xor(right);

    public static Tensor logical_not(Tensor input) => input.logical_not();

    public static Tensor isnan(Tensor input) => input.isnan();

    public static Tensor isinf(Tensor tensor) => tensor.isinf();

    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();

    public static Tensor isclose(Tensor tensor, Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false) =>
        tensor.isclose(other, rtol, atol, nanEqual);

    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) =>
        tensor.allclose(target, rtol, atol, equal_nan);

    public static Tensor equal(Tensor tensor, Tensor target) => tensor.equal(target);
}
