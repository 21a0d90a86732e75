using System.Runtime.InteropServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public long[] shape => [.. Impl.Shape];

        public long[] size() => shape;

        public long size(int dim) => Impl.Rank == 0
            ? throw new ArgumentOutOfRangeException(nameof(dim), "A tensor without dimensions has no sizes.")
            : Impl.Shape[Shapes.Dim(dim, Impl.Rank)];

        public long[] stride() => [.. Impl.Strides];

        public long stride(int dim) => Impl.Strides[Shapes.Dim(dim, Impl.Rank)];

        public long storage_offset() => Impl.Offset;

        public long Dimensions => Impl.Rank;

        public long ndim => Impl.Rank;

        public long dim() => Impl.Rank;

        public long NumberOfElements => Impl.Count;

        public long numel() => Impl.Count;

        public long ElementSize => Impl.ElementSize;

        public long element_size() => Impl.ElementSize;

        public ScalarType dtype => Impl.DType;

        public Device device
        {
            get
            {
                _ = Impl;
                return torch.CPU;
            }
        }

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cpu() => true;

        public bool is_cuda => false;

        public bool is_meta => false;

        public bool is_sparse => false;

        public bool is_contiguous() => Impl.IsContiguous;

        public bool is_floating_point() => TypePromotion.IsFloat(Impl.DType);

        public bool is_integral() => TypePromotion.IsIntegral(Impl.DType);

        public bool is_complex() => false;

        public bool is_leaf => Impl.Meta?.GradFn is null;

        public bool requires_grad
        {
            get => Impl.RequiresGrad;
            set => requires_grad_(value);
        }

        public Tensor? grad
        {
            get => Impl.Meta?.Grad is { } grad ? new Tensor(grad.AddReference()) : null;
            set
            {
                if (value is not null && !value.Impl.Shape.AsSpan().SequenceEqual(Impl.Shape))
                {
                    throw new ArgumentException(
                        $"The gradient has shape {Shapes.Text(value.Impl.Shape)}, expected {Shapes.Text(Impl.Shape)}.", nameof(value));
                }
                if (value is not null || Impl.Meta is not null)
                    Impl.EnsureMeta().SetGrad(value?.Impl.AddReference());
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            if (requires_grad && !TypePromotion.IsFloat(Impl.DType))
                throw new InvalidOperationException($"Only tensors of real numbers can require a gradient, found {Impl.DType}.");
            if (!requires_grad && Impl.Meta?.GradFn is not null)
                throw new InvalidOperationException("The flag can be taken from leaves only; detach() cuts other tensors from the graph.");
            if (requires_grad || Impl.Meta is not null)
                Impl.EnsureMeta().RequiresGrad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad()
        {
            if (!Impl.RequiresGrad)
                throw new InvalidOperationException("The gradient of a tensor that does not require one cannot be retained.");
            AutogradMeta meta = Impl.Meta!;
            if (meta.GradFn is null || meta.RetainsGrad)
                return;
            meta.RetainsGrad = true;
            meta.GradFn.Retain(meta.OutputNumber, Impl);
        }

        /// <summary>The elements as they lie in memory; for contiguous tensors.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                RequireContiguous();
                return new Span<byte>(Impl.Data, checked((int)(Impl.Count * Impl.ElementSize)));
            }

            set
            {
                RequireContiguous();
                if (value.Length != Impl.Count * Impl.ElementSize)
                    throw new ArgumentException($"Expected {Impl.Count * Impl.ElementSize} bytes, found {value.Length}.", nameof(value));
                value.CopyTo(new Span<byte>(Impl.Data, value.Length));
                Impl.Storage.BumpVersion();
            }
        }

        /// <summary>The first element of a contiguous Float32 tensor.</summary>
        internal unsafe float* FloatPointer => (float*)Pointer(ScalarType.Float32);

        /// <summary>The first element of a contiguous Int64 tensor.</summary>
        internal unsafe long* LongPointer => (long*)Pointer(ScalarType.Int64);

        internal unsafe Span<T> Elements<T>()
            where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

        private unsafe void* Pointer(ScalarType type)
        {
            RequireContiguous();
            return Impl.DType == type ? Impl.Data : throw new InvalidOperationException(
                $"Expected elements of type {type}, found {Impl.DType}.");
        }

        private void RequireContiguous()
        {
            if (!Impl.IsContiguous)
                throw new InvalidOperationException("The elements do not lie in order: call contiguous() first.");
        }
    }

    public static long numel(Tensor input) => input.numel();

    public static bool is_floating_point(Tensor input) => input.is_floating_point();

    public static bool is_tensor(object obj) => obj is Tensor;
}
