using System.Numerics;
using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => sum(ReadOnlySpan<long>.Empty, false, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => sum((ReadOnlySpan<long>)dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
        {
            ScalarType target = type ?? (TypePromotion.IsFloat(Impl.DType) ? Impl.DType : ScalarType.Int64);
            var axes = new Axes(Impl.Shape, dim);
            Tensor result = Reduced(axes, keepdim, target, static (x, y, a) => Reduce<Sums>(x, y, a));
            return Tape.Needs(this)
                ? Tape.Record(result, "Sum", [this], [], (n, g) => [g.reshape(axes.KeptShape).expand(n.Edges[0].Shape)])
                : result;
        }

        public Tensor mean() => mean([]);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            ScalarType target = type ?? Impl.DType;
            if (!TypePromotion.IsFloat(target))
                throw new InvalidOperationException($"mean() needs real numbers, found {target}: convert first or pass a type.");
            long count = new Axes(Impl.Shape, dimensions).Count;
            return TensorArena.Compose(() => sum(dimensions, keepdim, target).mul(count == 0 ? double.NaN : 1.0 / count));
        }

        public Tensor prod(ScalarType? type = null) => TensorArena.Compose(() => reshape(-1).prod(0, false, type));

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null)
        {
            ScalarType target = type ?? (TypePromotion.IsFloat(Impl.DType) ? Impl.DType : ScalarType.Int64);
            var axes = new Axes(Impl.Shape, [dim]);
            Tensor result = Reduced(axes, keepdim, target, static (x, y, a) => Reduce<Products>(x, y, a));
            return Tape.Needs(this)
                ? Tape.Record(result, "Prod", [this], [Tape.Save(this), Tape.Save(result)], (n, g) =>
                    [g.mul(n.Saved(1)).reshape(axes.KeptShape).div(n.Saved(0))])
                : result;
        }

        public Tensor any() =>
            Reduced(new Axes(Impl.Shape, []), false, ScalarType.Bool, static (x, y, a) => ReduceBytes<AnyReduction>(x, y, a));

        public Tensor any(long dim, bool keepdim = false) =>
            Reduced(new Axes(Impl.Shape, [dim]), keepdim, ScalarType.Bool, static (x, y, a) => ReduceBytes<AnyReduction>(x, y, a));

        public Tensor all() =>
            Reduced(new Axes(Impl.Shape, []), false, ScalarType.Bool, static (x, y, a) => ReduceBytes<AllReduction>(x, y, a));

        public Tensor all(long dim, bool keepdim = false) =>
            Reduced(new Axes(Impl.Shape, [dim]), keepdim, ScalarType.Bool, static (x, y, a) => ReduceBytes<AllReduction>(x, y, a));

        public Tensor amax(params long[] dims) => amax((ReadOnlySpan<long>)dims);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            Extreme(dims, keepdim, @out, static (x, y, a) => Reduce<Maxima>(x, y, a));

        public Tensor amin(params long[] dims) => amin((ReadOnlySpan<long>)dims);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            Extreme(dims, keepdim, @out, static (x, y, a) => Reduce<Minima>(x, y, a));

        public Tensor max() => amax(ReadOnlySpan<long>.Empty);

        public Tensor min() => amin(ReadOnlySpan<long>.Empty);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Arg(dim, keepdim, largest: true);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Arg(dim, keepdim, largest: false);

        public Tensor argmax() => TensorArena.Compose(() => detach().reshape(-1).Arg(0, false, true).indexes);

        public Tensor argmax(long dim, bool keepdim = false) => TensorArena.Compose(() => detach().Arg(dim, keepdim, true).indexes);

        public Tensor argmin() => TensorArena.Compose(() => detach().reshape(-1).Arg(0, false, false).indexes);

        public Tensor argmin(long dim, bool keepdim = false) => TensorArena.Compose(() => detach().Arg(dim, keepdim, false).indexes);

        public Tensor var(bool unbiased = true) => var([], unbiased);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            long count = new Axes(Impl.Shape, dimensions).Count;
            double divisor = unbiased ? count - 1 : count;
            return TensorArena.Compose(() =>
            {
                Tensor x = type is { } wanted ? to_type(wanted) : this;
                Tensor deviation = x.sub(x.mean(dimensions, keepdim: true));
                return deviation.square().sum(dimensions, keepdim).mul(divisor <= 0 ? double.NaN : 1 / divisor);
            });
        }

        public Tensor std(bool unbiased = true) => std([], unbiased);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            TensorArena.Compose(() => var(dimensions, unbiased, keepdim, type).sqrt());

        public Tensor norm(float p = 2) => TensorArena.Compose(() => reshape(-1).norm(0, false, p));

        public Tensor norm(int dim, bool keepdim = false, float p = 2) => TensorArena.Compose(() => p switch
        {
            2 => square().sum(dim, keepdim).sqrt(),
            1 => abs().sum(dim, keepdim),
            float.PositiveInfinity => abs().amax([dim], keepdim),
            _ => abs().pow(p).sum(dim, keepdim).pow(1.0 / p),
        });

        public Tensor logsumexp(long dim, bool keepdim = false) => TensorArena.Compose(() =>
        {
            Tensor top = detach().amax([dim], keepdim: true);
            top = torch.where(top.isfinite(), top, top.Zero());
            Tensor result = sub(top).exp().sum(dim, keepdim: true).log().add(top);
            return keepdim ? result : result.squeeze(Shapes.Dim(dim, Impl.Rank));
        });

        public Tensor cumsum(long dim, ScalarType? type = null)
        {
            ScalarType target = type ?? (TypePromotion.IsFloat(Impl.DType) ? Impl.DType : ScalarType.Int64);
            int d = Shapes.Dim(dim, Impl.Rank);
            ScalarType compute = target == ScalarType.BFloat16 ? ScalarType.Float32 : target;
            TensorImpl x = Elementwise.Contiguous(Impl, compute), y = TensorImpl.Allocate(Impl.Shape, compute);
            Accumulate(x, y, d);
            x.Release();
            var result = new Tensor(y);
            if (compute != target)
                result = result.to_type(target, disposeAfter: true);
            return Tape.Needs(this)
                ? Tape.Record(result, "Cumsum", [this], [], (_, g) => [g.Impl.Rank == 0 ? g : g.flip(d).cumsum(d).flip(d)])
                : result;
        }

        public Tensor count_nonzero(long[]? dims = null) => TensorArena.Compose(() => ne(0).sum(dims ?? []));

        private Tensor Extreme(ReadOnlySpan<long> dims, bool keepdim, Tensor? into, Action<TensorImpl, TensorImpl, Axes> reduce)
        {
            var axes = new Axes(Impl.Shape, dims);
            if (axes.Count == 0)
                throw new InvalidOperationException("The largest or smallest of no elements is not defined.");
            Tensor result = Reduced(axes, keepdim, Impl.DType, reduce);
            if (into is not null)
                return into.copy_(result);
            return Tape.Needs(this)
                ? Tape.Record(result, "Extreme", [this], [Tape.Save(this), Tape.Save(result)], (n, g) =>
                {
                    // Shared evenly among equals.
                    Tensor chosen = n.Saved(0).eq(n.Saved(1).reshape(axes.KeptShape)).to_type(g.dtype);
                    return [chosen.mul(g.reshape(axes.KeptShape)).div(chosen.sum(axes.Reduced, keepdim: true))];
                })
                : result;
        }

        private (Tensor values, Tensor indexes) Arg(long dim, bool keepdim, bool largest)
        {
            var axes = new Axes(Impl.Shape, [dim]);
            if (axes.Count == 0)
                throw new InvalidOperationException("The largest or smallest of no elements is not defined.");
            TensorImpl x = axes.Arrange(Impl, Impl.DType == ScalarType.BFloat16 ? ScalarType.Float32 : Impl.DType);
            TensorImpl values = TensorImpl.Allocate(keepdim ? axes.KeptShape : axes.DroppedShape, x.DType);
            TensorImpl indices = TensorImpl.Allocate(values.Shape, ScalarType.Int64);
            ArgReduce(x, values, indices, axes, largest);
            x.Release();
            Tensor result = new(values), positions = new(indices);
            if (result.dtype != Impl.DType)
                result = result.to_type(Impl.DType, disposeAfter: true);
            if (Tape.Needs(this))
            {
                int d = Shapes.Dim(dim, Impl.Rank);
                Tape.Record(result, "MaxAlong", [this], [Tape.Save(positions)], (n, g) =>
                {
                    Tensor whole = zeros(n.Edges[0].Shape, g.dtype);
                    return [whole.scatter_(d, n.Saved(0).reshape(axes.KeptShape), g.reshape(axes.KeptShape))];
                });
            }
            return (result, positions);
        }

        private Tensor Reduced(Axes axes, bool keepdim, ScalarType type, Action<TensorImpl, TensorImpl, Axes> reduce)
        {
            ScalarType compute = type == ScalarType.BFloat16 ? ScalarType.Float32 : type;
            TensorImpl x = axes.Arrange(Impl, compute);
            TensorImpl y = TensorImpl.Allocate(keepdim ? axes.KeptShape : axes.DroppedShape, compute);
            reduce(x, y, axes);
            x.Release();
            var result = new Tensor(y);
            return compute == type ? result : result.to_type(type, disposeAfter: true);
        }

        private interface IKind
        {
            static abstract unsafe void Run<T>(T* x, T* y, Axes axes)
                where T : unmanaged, INumber<T>;
        }

        private struct Sums : IKind
        {
            public static unsafe void Run<T>(T* x, T* y, Axes axes)
                where T : unmanaged, INumber<T> => AxisReduction.Run<SumReduction<T>, T>(x, y, axes.Outer, axes.Count, axes.Inner);
        }

        private struct Products : IKind
        {
            public static unsafe void Run<T>(T* x, T* y, Axes axes)
                where T : unmanaged, INumber<T> => AxisReduction.Run<ProductReduction<T>, T>(x, y, axes.Outer, axes.Count, axes.Inner);
        }

        private struct Maxima : IKind
        {
            public static unsafe void Run<T>(T* x, T* y, Axes axes)
                where T : unmanaged, INumber<T> => AxisReduction.Run<MaxReduction<T>, T>(x, y, axes.Outer, axes.Count, axes.Inner);
        }

        private struct Minima : IKind
        {
            public static unsafe void Run<T>(T* x, T* y, Axes axes)
                where T : unmanaged, INumber<T> => AxisReduction.Run<MinReduction<T>, T>(x, y, axes.Outer, axes.Count, axes.Inner);
        }

        private static unsafe void Reduce<TKind>(TensorImpl x, TensorImpl y, Axes axes)
            where TKind : struct, IKind
        {
            switch (x.DType)
            {
                case ScalarType.Float32:
                    TKind.Run(x.As<float>(), y.As<float>(), axes);
                    break;
                case ScalarType.Float64:
                    TKind.Run(x.As<double>(), y.As<double>(), axes);
                    break;
                case ScalarType.Int64:
                    TKind.Run(x.As<long>(), y.As<long>(), axes);
                    break;
                case ScalarType.Int32:
                    TKind.Run(x.As<int>(), y.As<int>(), axes);
                    break;
                default:
                    TKind.Run(x.As<byte>(), y.As<byte>(), axes);
                    break;
            }
        }

        private static unsafe void ReduceBytes<TReduction>(TensorImpl x, TensorImpl y, Axes axes)
            where TReduction : struct, IReduction<byte> =>
            AxisReduction.Run<TReduction, byte>(x.As<byte>(), y.As<byte>(), axes.Outer, axes.Count, axes.Inner);

        private static unsafe void ArgReduce(TensorImpl x, TensorImpl values, TensorImpl indices, Axes axes, bool largest)
        {
            long* to = indices.As<long>();
            switch (x.DType)
            {
                case ScalarType.Float32:
                    ArgReduction.Run(x.As<float>(), values.As<float>(), to, axes.Outer, axes.Count, axes.Inner, largest);
                    break;
                case ScalarType.Float64:
                    ArgReduction.Run(x.As<double>(), values.As<double>(), to, axes.Outer, axes.Count, axes.Inner, largest);
                    break;
                case ScalarType.Int64:
                    ArgReduction.Run(x.As<long>(), values.As<long>(), to, axes.Outer, axes.Count, axes.Inner, largest);
                    break;
                case ScalarType.Int32:
                    ArgReduction.Run(x.As<int>(), values.As<int>(), to, axes.Outer, axes.Count, axes.Inner, largest);
                    break;
                default:
                    ArgReduction.Run(x.As<byte>(), values.As<byte>(), to, axes.Outer, axes.Count, axes.Inner, largest);
                    break;
            }
        }

        private static unsafe void Accumulate(TensorImpl x, TensorImpl y, int dim)
        {
            var axes = new Axes(x.Shape, [dim]);
            switch (x.DType)
            {
                case ScalarType.Float32:
                    RunningSum.Run<float, double>(x.As<float>(), y.As<float>(), axes.Outer, axes.Count, axes.Inner);
                    break;
                case ScalarType.Float64:
                    RunningSum.Run<double, double>(x.As<double>(), y.As<double>(), axes.Outer, axes.Count, axes.Inner);
                    break;
                case ScalarType.Int64:
                    RunningSum.Run<long, long>(x.As<long>(), y.As<long>(), axes.Outer, axes.Count, axes.Inner);
                    break;
                default:
                    RunningSum.Run<int, int>(x.As<int>(), y.As<int>(), axes.Outer, axes.Count, axes.Inner);
                    break;
            }
        }
    }

    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    public static Tensor sum(Tensor input, long dim, bool keepdim = false, ScalarType? type = null) => input.sum(dim, keepdim, type);

    public static Tensor sum(Tensor input, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
        input.sum(dim, keepdim, type);

    public static Tensor mean(Tensor input) => input.mean();

    public static Tensor mean(Tensor input, long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
        input.mean(dimensions, keepdim, type);

    public static Tensor max(Tensor input) => input.max();

    public static (Tensor values, Tensor indexes) max(Tensor input, long dim, bool keepdim = false) => input.max(dim, keepdim);

    public static Tensor min(Tensor input) => input.min();

    public static (Tensor values, Tensor indexes) min(Tensor input, long dim, bool keepdim = false) => input.min(dim, keepdim);

    public static Tensor argmax(Tensor input) => input.argmax();

    public static Tensor argmax(Tensor input, long dim, bool keepdim = false) => input.argmax(dim, keepdim);

    public static Tensor argmin(Tensor input) => input.argmin();

    public static Tensor argmin(Tensor input, long dim, bool keepdim = false) => input.argmin(dim, keepdim);

    public static Tensor all(Tensor input) => input.all();

    public static Tensor any(Tensor input) => input.any();

    public static Tensor var(Tensor input, bool unbiased = true) => input.var(unbiased);

    public static Tensor std(Tensor input, bool unbiased = true) => input.std(unbiased);

    public static Tensor norm(Tensor input) => input.norm();

    public static Tensor norm(Tensor input, float p = 2) => input.norm(p);

    public static Tensor logsumexp(Tensor input, long dim, bool keepdim = false) => input.logsumexp(dim, keepdim);

    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);
}
