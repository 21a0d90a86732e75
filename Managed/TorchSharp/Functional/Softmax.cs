namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor softmax(long dim, ScalarType? dtype = null) => AlongLast(dim, dtype, static x => x.SoftmaxOfRows(log: false));

        public Tensor log_softmax(long dim, ScalarType? dtype = null) => AlongLast(dim, dtype, static x => x.SoftmaxOfRows(log: true));

        private Tensor AlongLast(long dim, ScalarType? dtype, Func<Tensor, Tensor> rows)
        {
            int d = Shapes.Dim(dim, Impl.Rank);
            ScalarType type = dtype ?? Impl.DType;
            if (!TypePromotion.IsFloat(type))
                throw new InvalidOperationException($"softmax needs real numbers, found {type}: convert first or pass a type.");
            if (type == Impl.DType && d == Math.Max(Impl.Rank - 1, 0))
                return rows(this);
            return TensorArena.Compose(() => d == Math.Max(Impl.Rank - 1, 0)
                ? rows(to_type(type))
                : rows(to_type(type).transpose(d, -1)).transpose(d, -1));
        }

        private unsafe Tensor SoftmaxOfRows(bool log)
        {
            if (Impl.DType != ScalarType.Float32)
                return TensorArena.Compose(() => SlowSoftmax(log));
            TensorImpl x = Elementwise.Contiguous(Impl, ScalarType.Float32), y = TensorImpl.Allocate(Impl.Shape, ScalarType.Float32);
            int width = x.Rank == 0 ? 1 : checked((int)x.Shape[^1]);
            long rows = width == 0 ? 0 : x.Count / width;
            if (log)
                Kernels.Softmax.LogForward(x.As<float>(), y.As<float>(), rows, width);
            else
                Kernels.Softmax.Forward(x.As<float>(), y.As<float>(), rows, width);
            x.Release();
            var result = new Tensor(y);
            if (!Tape.Needs(this))
                return result;
            return Tape.Record(result, log ? "LogSoftmax" : "Softmax", [this], [Tape.Save(result)], (n, g) =>
            {
                Tensor dy = g.contiguous(), dx = empty(g.shape);
                float* saved = n.Saved(0).FloatPointer;
                if (log)
                    Kernels.Softmax.LogBackward(saved, dy.FloatPointer, dx.FloatPointer, rows, width);
                else
                    Kernels.Softmax.Backward(saved, dy.FloatPointer, dx.FloatPointer, rows, width);
                return [dx];
            });
        }

        private Tensor SlowSoftmax(bool log)
        {
            if (Impl.DType == ScalarType.BFloat16)
                return to_type(ScalarType.Float32).SoftmaxOfRows(log).to_type(ScalarType.BFloat16);
            Tensor shifted = sub(logsumexp(-1, keepdim: true));
            return log ? shifted : shifted.exp();
        }
    }

    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

    public static partial class special
    {
        public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

        public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);

        public static Tensor erf(Tensor input) => input.erf();

        public static Tensor expit(Tensor input) => input.sigmoid();
    }
}
