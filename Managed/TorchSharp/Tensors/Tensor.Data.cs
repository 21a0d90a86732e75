using System.Runtime.CompilerServices;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            CheckElement<T>();
            return new TensorAccessor<T>(this);
        }

        public unsafe T item<T>()
            where T : unmanaged
        {
            if (Impl.Count != 1)
                throw new InvalidOperationException($"item() needs a tensor of one element, found shape {Shapes.Text(Impl.Shape)}.");
            CheckElement<T>();
            return *Impl.As<T>();
        }

        public Scalar ToScalar() => Impl.Count != 1
            ? throw new InvalidOperationException($"A tensor of shape {Shapes.Text(Impl.Shape)} is no single number.")
            : NumberAt(Impl.Offset);

        public bool is_nonzero() => ToScalar().Real != 0;

        public static explicit operator float(Tensor value) => value.ToScalar().ToSingle();

        public static explicit operator double(Tensor value) => value.ToScalar().ToDouble();

        public static explicit operator long(Tensor value) => value.ToScalar().ToInt64();

        public static explicit operator int(Tensor value) => value.ToScalar().ToInt32();

        public static explicit operator byte(Tensor value) => value.ToScalar().ToByte();

        public static explicit operator bool(Tensor value) => value.ToScalar().ToBoolean();

        public static implicit operator Tensor(float value) => tensor(value);

        public static implicit operator Tensor(double value) => tensor(value);

        public static implicit operator Tensor(long value) => tensor(value);

        public static implicit operator Tensor(int value) => tensor(value);

        public static implicit operator Tensor(bool value) => tensor(value);

        public static implicit operator Tensor(float[] value) => tensor(value);

        public static implicit operator Tensor(double[] value) => tensor(value);

        public static implicit operator Tensor(long[] value) => tensor(value);

        public static implicit operator Tensor(int[] value) => tensor(value);

        public static implicit operator Tensor(bool[] value) => tensor(value);

        public static implicit operator Tensor(Scalar scalar) => new(Elementwise.Number(scalar, scalar.Type));

        /// <summary>One element as a number; the place is counted in elements from the start of the storage.</summary>
        internal unsafe Scalar NumberAt(long place)
        {
            byte* at = Impl.Storage.Data + (place * Impl.ElementSize);
            return Impl.DType switch
            {
                ScalarType.Float32 => *(float*)at,
                ScalarType.Float64 => *(double*)at,
                ScalarType.Int64 => *(long*)at,
                ScalarType.Int32 => *(int*)at,
                ScalarType.Byte => *at,
                ScalarType.Bool => *at != 0,
                ScalarType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)*(ushort*)at << 16),
                _ => throw TypePromotion.Unsupported(Impl.DType),
            };
        }

        private void CheckElement<T>()
        {
            ScalarType? expected =
                typeof(T) == typeof(float) ? ScalarType.Float32
                : typeof(T) == typeof(double) ? ScalarType.Float64
                : typeof(T) == typeof(long) ? ScalarType.Int64
                : typeof(T) == typeof(int) ? ScalarType.Int32
                : typeof(T) == typeof(byte) ? ScalarType.Byte
                : typeof(T) == typeof(bool) ? ScalarType.Bool
                : null;
            bool fits = expected == Impl.DType || (Impl.DType == ScalarType.BFloat16 && Unsafe.SizeOf<T>() == 2);
            if (!fits)
                throw new ArgumentException($"The tensor has elements of type {Impl.DType}, which {typeof(T).Name} is not.");
        }
    }
}

public static class TensorExtensionMethods
{
    public static Modules.Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    public static long TotalSize(this IEnumerable<long> shape) => Shapes.Count(shape.ToArray());

    public static int ElementSize(this torch.ScalarType type) => TypePromotion.SizeOf(type);

    public static string str(
        this torch.Tensor tensor, string? fltFormat = null, int? width = null, string? newLine = null,
        System.Globalization.CultureInfo? cultureInfo = null, TensorStringStyle style = TensorStringStyle.Default) =>
        tensor.ToString(style, fltFormat, width, cultureInfo, newLine);
}
