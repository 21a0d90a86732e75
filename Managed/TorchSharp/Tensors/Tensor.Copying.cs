using System.Diagnostics.CodeAnalysis;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor clone()
        {
            var result = new Tensor(Elementwise.Clone(Impl));
            return Tape.Needs(this) ? Tape.Record(result, "Clone", [this], [], static (_, g) => [g]) : result;
        }

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            if (!Tape.Needs(this, source))
            {
                Elementwise.Copy(Impl, source.Impl);
                Impl.Storage.BumpVersion();
                return this;
            }
            return InPlace(() =>
            {
                Tensor result = new(Elementwise.Cast(source.Expand(Impl.Shape).Impl, Impl.DType));
                return Tape.Needs(source) ? Tape.Record(result, "Copy", [source], [], static (_, g) => [g]) : result;
            });
        }

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            Tensor result;
            if (type == Impl.DType)
            {
                result = copy ? clone() : Alias();
            }
            else
            {
                result = new Tensor(Elementwise.Cast(Impl, type));
                if (Tape.Needs(this) && TypePromotion.IsFloat(type))
                    Tape.Record(result, "To", [this], [], static (_, g) => [g]);
            }
            if (disposeAfter)
                Dispose();
            return result;
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            OnlyCpu(device);
            return to_type(Impl.DType, copy, disposeAfter, non_blocking);
        }

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(
            DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            OnlyCpu(device);
            return to_type(type, copy, disposeAfter, non_blocking);
        }

        public Tensor to(Tensor other, bool non_blocking = false) => to_type(other.Impl.DType);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor type_as(Tensor tensor) => to_type(tensor.Impl.DType);

        public Tensor cpu() => Alias();

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? new Device(DeviceType.CUDA));

        [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The real name.")]
        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor fill_(Scalar value)
        {
            CheckInPlace();
            if (Tape.Needs(this))
                return InPlace(() => full(Impl.Shape, value, Impl.DType));
            Elementwise.Fill(Impl, value);
            Impl.Storage.BumpVersion();
            return this;
        }

        public Tensor zero_() => fill_(0);

        /// <summary>
        /// An operation in place on a tensor of the graph: computed out of place, stored, and this tensor becomes the output of the new
        /// node. Through a view the base changes as well: its gradient goes to the new values inside the view, to the old ones outside.
        /// </summary>
        internal Tensor InPlace(Func<Tensor> compute)
        {
            CheckInPlace();
            using TensorArena arena = TensorArena.Enter();
            Tensor result = compute();
            if (!result.Impl.Shape.AsSpan().SequenceEqual(Impl.Shape))
                throw new ArgumentException(
                    $"A result of shape {Shapes.Text(result.Impl.Shape)} does not fit into {Shapes.Text(Impl.Shape)}.");
            // The gradient may need the values from before.
            result.Impl.Meta?.GradFn?.Unshare(Impl.Storage);
            Elementwise.Copy(Impl, result.Impl);
            Impl.Storage.BumpVersion();
            if (!GradMode.IsEnabled)
                return this;
            if (Impl.ViewBase is { } @base)
            {
                RebaseThroughView(@base, result);
                return this;
            }
            if (result.Impl.Meta?.GradFn is { } node)
                Impl.EnsureMeta().SetGradFn(node, result.Impl.Meta.OutputNumber);
            else
                Impl.Meta?.SetGradFn(null, 0);
            return this;
        }

        private void RebaseThroughView(TensorImpl baseImpl, Tensor result)
        {
            if (!baseImpl.IsContiguous)
                throw new NotSupportedException("Writing in place through a view of a tensor that is not contiguous has no gradient.");
            long[] sizes = Impl.Shape, strides = Impl.Strides;
            long offset = Impl.Offset - baseImpl.Offset;
            var whole = new Tensor(baseImpl.AddReference());
            Tape.Record(whole, "CopySlices", [whole, result], [], (n, g) =>
            {
                Tensor outside = n.Needs(0) ? g.clone() : g;
                Tensor inside = g.contiguous().as_strided(sizes, strides, g.Impl.Offset + offset).clone();
                if (n.Needs(0))
                    outside.as_strided(sizes, strides, outside.Impl.Offset + offset).zero_();
                return [outside, inside];
            });
            // From now on the view reads from the changed base.
            Tape.Record(this, "AsStrided", [whole], [], (n, g) =>
            {
                Tensor all = zeros(n.Edges[0].Shape, g.dtype);
                all.as_strided(sizes, strides, offset).copy_(g);
                return [all];
            });
        }

        private void CheckInPlace()
        {
            if (GradMode.IsEnabled && Impl.Meta is { RequiresGrad: true, GradFn: null })
            {
                throw new InvalidOperationException(
                    "A leaf that requires a gradient is being changed in place: wrap the change in torch.no_grad().");
            }
            if (GradMode.IsEnabled && Impl.ViewBase?.Meta is { RequiresGrad: true, GradFn: null })
            {
                throw new InvalidOperationException(
                    "A view of a leaf that requires a gradient is being changed in place: wrap the change in torch.no_grad().");
            }
        }
    }

    public static Tensor clone(Tensor input) => input.clone();
}
