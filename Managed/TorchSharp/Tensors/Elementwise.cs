using System.Numerics;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Element-by-element operations on tensors: broadcasting, element types, and the walk over memory.</summary>
internal static unsafe class Elementwise
{
    internal static TensorImpl Clone(TensorImpl source)
    {
        TensorImpl copy = TensorImpl.Allocate(source.Shape, source.DType);
        Copy(copy, source);
        return copy;
    }

    internal static TensorImpl Cast(TensorImpl source, ScalarType type)
    {
        TensorImpl copy = TensorImpl.Allocate(source.Shape, type);
        Copy(copy, source);
        return copy;
    }

    /// <summary>A counted reference to the tensor itself where it is contiguous and of the type already, else a copy.</summary>
    internal static TensorImpl Contiguous(TensorImpl source, ScalarType type) =>
        source.IsContiguous && source.DType == type ? source.AddReference() : Cast(source, type);

    internal static TensorImpl OfType(TensorImpl source, ScalarType type) =>
        source.DType == type ? source.AddReference() : Cast(source, type);

    /// <summary>Copies with broadcasting and conversion.</summary>
    internal static void Copy(TensorImpl target, TensorImpl source)
    {
        if (target.DType == source.DType)
        {
            switch (target.ElementSize)
            {
                case 1:
                    Unary<CopyLoop<byte>>(target, source, default);
                    break;
                case 2:
                    Unary<CopyLoop<ushort>>(target, source, default);
                    break;
                case 4:
                    Unary<CopyLoop<uint>>(target, source, default);
                    break;
                default:
                    Unary<CopyLoop<ulong>>(target, source, default);
                    break;
            }
        }
        else if (source.DType == ScalarType.BFloat16 && target.DType == ScalarType.Float32)
        {
            Unary<FromBFloat16Loop>(target, source, default);
        }
        else if (target.DType == ScalarType.BFloat16 && source.DType == ScalarType.Float32)
        {
            Unary<ToBFloat16Loop>(target, source, default);
        }
        else if (source.DType == ScalarType.BFloat16 || target.DType == ScalarType.BFloat16)
        {
            TensorImpl single = Cast(source, ScalarType.Float32);
            Copy(target, single);
            single.Release();
        }
        else
        {
            switch (source.DType)
            {
                case ScalarType.Float32:
                    CastFrom<float>(target, source);
                    break;
                case ScalarType.Float64:
                    CastFrom<double>(target, source);
                    break;
                case ScalarType.Int64:
                    CastFrom<long>(target, source);
                    break;
                case ScalarType.Int32:
                    CastFrom<int>(target, source);
                    break;
                default:
                    CastFrom<byte>(target, source);
                    break;
            }
        }
    }

    internal static void Fill(TensorImpl target, Scalar value)
    {
        ulong bits = 0;
        Write(value, target.DType, &bits);
        var loop = new StridedLoop(target.Shape, 2);
        loop.Set(0, target.Data, target.Strides, target.ElementSize);
        loop.Set(1, &bits, stackalloc long[target.Rank], target.ElementSize);
        switch (target.ElementSize)
        {
            case 1:
                loop.Run(default(CopyLoop<byte>));
                break;
            case 2:
                loop.Run(default(CopyLoop<ushort>));
                break;
            case 4:
                loop.Run(default(CopyLoop<uint>));
                break;
            default:
                loop.Run(default(CopyLoop<ulong>));
                break;
        }
        GC.KeepAlive(target);
    }

    /// <summary>Adds to a tensor of the same shape, in place.</summary>
    internal static void AddTo(TensorImpl total, TensorImpl term)
    {
        Binary<AddOp>(total, total, term, total.DType);
        total.Storage.BumpVersion();
    }

    internal static TensorImpl Unary<TOp>(TensorImpl x)
        where TOp : struct, IUnaryNumber
    {
        TensorImpl result = TensorImpl.Allocate(x.Shape, x.DType);
        UnaryInto<TOp>(result, x);
        return result;
    }

    internal static void UnaryInto<TOp>(TensorImpl result, TensorImpl x)
        where TOp : struct, IUnaryNumber
    {
        switch (x.DType)
        {
            case ScalarType.Float32:
                Unary(result, x, default(UnaryLoop<TOp, float>));
                break;
            case ScalarType.Float64:
                Unary(result, x, default(UnaryLoop<TOp, double>));
                break;
            case ScalarType.Int64:
                Unary(result, x, default(UnaryLoop<TOp, long>));
                break;
            case ScalarType.Int32:
                Unary(result, x, default(UnaryLoop<TOp, int>));
                break;
            case ScalarType.BFloat16:
                InSingle(result, x, static (y, v) => UnaryInto<TOp>(y, v));
                break;
            default:
                Unary(result, x, default(UnaryLoop<TOp, byte>));
                break;
        }
    }

    /// <summary>Functions of real numbers; integers and bools are computed as Float32.</summary>
    internal static TensorImpl Real<TOp>(TensorImpl x)
        where TOp : struct, IUnaryReal
    {
        ScalarType type = TypePromotion.ToFloat(x.DType);
        TensorImpl result = TensorImpl.Allocate(x.Shape, type);
        RealInto<TOp>(result, x);
        return result;
    }

    internal static void RealInto<TOp>(TensorImpl result, TensorImpl x)
        where TOp : struct, IUnaryReal
    {
        if (x.DType == result.DType && x.DType == ScalarType.Float32)
            Unary(result, x, default(RealUnaryLoop<TOp, float>));
        else if (x.DType == result.DType && x.DType == ScalarType.Float64)
            Unary(result, x, default(RealUnaryLoop<TOp, double>));
        else
            InSingle(result, x, static (y, v) => RealInto<TOp>(y, v));
    }

    internal static TensorImpl Binary<TOp>(TensorImpl a, TensorImpl b, ScalarType type)
        where TOp : struct, IBinaryNumber
    {
        TensorImpl result = TensorImpl.Allocate(Shapes.Broadcast(a.Shape, b.Shape), type);
        Binary<TOp>(result, a, b, type);
        return result;
    }

    /// <summary>Computes in <paramref name="type"/> and stores into a result of any type and of the broadcast shape.</summary>
    internal static void Binary<TOp>(TensorImpl result, TensorImpl a, TensorImpl b, ScalarType type)
        where TOp : struct, IBinaryNumber
    {
        if (type == ScalarType.BFloat16)
            type = ScalarType.Float32;
        if (result.DType != type)
        {
            TensorImpl wide = Binary<TOp>(a, b, type);
            Copy(result, wide);
            wide.Release();
            return;
        }
        using var left = new Converted(a, type);
        using var right = new Converted(b, type);
        switch (type)
        {
            case ScalarType.Float32:
                Binary(result, left.Value, right.Value, default(BinaryLoop<TOp, float>));
                break;
            case ScalarType.Float64:
                Binary(result, left.Value, right.Value, default(BinaryLoop<TOp, double>));
                break;
            case ScalarType.Int64:
                Binary(result, left.Value, right.Value, default(BinaryLoop<TOp, long>));
                break;
            case ScalarType.Int32:
                Binary(result, left.Value, right.Value, default(BinaryLoop<TOp, int>));
                break;
            case ScalarType.Bool when typeof(TOp) == typeof(AddOp):
                // The sum of bools is their disjunction.
                Binary(result, left.Value, right.Value, default(BinaryLoop<MaximumOp, byte>));
                break;
            default:
                Binary(result, left.Value, right.Value, default(BinaryLoop<TOp, byte>));
                break;
        }
    }

    internal static TensorImpl RealBinary<TOp>(TensorImpl a, TensorImpl b, ScalarType type)
        where TOp : struct, IBinaryReal
    {
        TensorImpl result = TensorImpl.Allocate(Shapes.Broadcast(a.Shape, b.Shape), TypePromotion.ToFloat(type));
        RealBinary<TOp>(result, a, b, result.DType);
        return result;
    }

    internal static void RealBinary<TOp>(TensorImpl result, TensorImpl a, TensorImpl b, ScalarType type)
        where TOp : struct, IBinaryReal
    {
        if (type is not (ScalarType.Float32 or ScalarType.Float64))
            type = ScalarType.Float32;
        if (result.DType != type)
        {
            TensorImpl wide = RealBinary<TOp>(a, b, type);
            Copy(result, wide);
            wide.Release();
            return;
        }
        using var left = new Converted(a, type);
        using var right = new Converted(b, type);
        if (type == ScalarType.Float32)
            Binary(result, left.Value, right.Value, default(RealBinaryLoop<TOp, float>));
        else
            Binary(result, left.Value, right.Value, default(RealBinaryLoop<TOp, double>));
    }

    internal static TensorImpl Compare<TOp>(TensorImpl a, TensorImpl b)
        where TOp : struct, IRelation
    {
        ScalarType type = TypePromotion.ResultType(a, b);
        if (type == ScalarType.BFloat16)
            type = ScalarType.Float32;
        TensorImpl result = TensorImpl.Allocate(Shapes.Broadcast(a.Shape, b.Shape), ScalarType.Bool);
        using var left = new Converted(a, type);
        using var right = new Converted(b, type);
        switch (type)
        {
            case ScalarType.Float32:
                Binary(result, left.Value, right.Value, default(CompareLoop<TOp, float>));
                break;
            case ScalarType.Float64:
                Binary(result, left.Value, right.Value, default(CompareLoop<TOp, double>));
                break;
            case ScalarType.Int64:
                Binary(result, left.Value, right.Value, default(CompareLoop<TOp, long>));
                break;
            case ScalarType.Int32:
                Binary(result, left.Value, right.Value, default(CompareLoop<TOp, int>));
                break;
            default:
                Binary(result, left.Value, right.Value, default(CompareLoop<TOp, byte>));
                break;
        }
        return result;
    }

    /// <summary>All three broadcast together; both choices are of the result's type.</summary>
    internal static void Select(TensorImpl result, TensorImpl condition, TensorImpl a, TensorImpl b)
    {
        using var left = new Converted(a, result.DType);
        using var right = new Converted(b, result.DType);
        var loop = new StridedLoop(result.Shape, 4);
        SetOperand(ref loop, 0, result, result.Shape);
        SetOperand(ref loop, 1, condition, result.Shape);
        SetOperand(ref loop, 2, left.Value, result.Shape);
        SetOperand(ref loop, 3, right.Value, result.Shape);
        switch (result.ElementSize)
        {
            case 1:
                loop.Run(default(SelectLoop<byte>));
                break;
            case 2:
                loop.Run(default(SelectLoop<ushort>));
                break;
            case 4:
                loop.Run(default(SelectLoop<uint>));
                break;
            default:
                loop.Run(default(SelectLoop<ulong>));
                break;
        }
        GC.KeepAlive(result);
        GC.KeepAlive(condition);
    }

    /// <summary>A tensor without dimensions.</summary>
    internal static TensorImpl Number(Scalar value, ScalarType type)
    {
        TensorImpl result = TensorImpl.Allocate([], type);
        Write(value, type, result.Data);
        return result;
    }

    internal static void Write(Scalar value, ScalarType type, void* target)
    {
        switch (TypePromotion.Supported(type))
        {
            case ScalarType.Float32:
                *(float*)target = (float)value.Real;
                break;
            case ScalarType.Float64:
                *(double*)target = value.Real;
                break;
            case ScalarType.Int64:
                *(long*)target = value.Integer;
                break;
            case ScalarType.Int32:
                *(int*)target = (int)value.Integer;
                break;
            case ScalarType.Byte:
                *(byte*)target = (byte)value.Integer;
                break;
            case ScalarType.Bool:
                *(bool*)target = value.Real != 0;
                break;
            default:
                float single = (float)value.Real;
                byte* source = (byte*)&single, destination = (byte*)target;
                long none = 0;
                byte** operands = stackalloc byte*[] { destination, source };
                long* strides = stackalloc long[] { none, none };
                default(ToBFloat16Loop).Run(operands, strides, 1);
                break;
        }
    }

    internal static void Unary<TBody>(TensorImpl result, TensorImpl x, TBody body)
        where TBody : struct, IStridedBody
    {
        var loop = new StridedLoop(result.Shape, 2);
        SetOperand(ref loop, 0, result, result.Shape);
        SetOperand(ref loop, 1, x, result.Shape);
        loop.Run(body);
        GC.KeepAlive(result);
        GC.KeepAlive(x);
    }

    private static void Binary<TBody>(TensorImpl result, TensorImpl a, TensorImpl b, TBody body)
        where TBody : struct, IStridedBody
    {
        var loop = new StridedLoop(result.Shape, 3);
        SetOperand(ref loop, 0, result, result.Shape);
        SetOperand(ref loop, 1, a, result.Shape);
        SetOperand(ref loop, 2, b, result.Shape);
        loop.Run(body);
        GC.KeepAlive(result);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
    }

    private static void SetOperand(ref StridedLoop loop, int number, TensorImpl operand, long[] shape)
    {
        if (ReferenceEquals(operand.Shape, shape))
        {
            loop.Set(number, operand.Data, operand.Strides, operand.ElementSize);
            return;
        }
        Span<long> strides = stackalloc long[shape.Length];
        CheckBroadcast(operand.Shape, shape);
        Shapes.ExpandStrides(operand.Shape, operand.Strides, shape, strides);
        loop.Set(number, operand.Data, strides, operand.ElementSize);
    }

    private static void CheckBroadcast(long[] from, long[] to)
    {
        bool fits = from.Length <= to.Length;
        for (int i = 1; fits && i <= from.Length; i++)
            fits = from[^i] == to[^i] || from[^i] == 1;
        if (!fits)
            throw new ArgumentException($"A tensor of shape {Shapes.Text(from)} cannot be expanded to shape {Shapes.Text(to)}.");
    }

    private static void CastFrom<T>(TensorImpl target, TensorImpl source)
        where T : unmanaged, INumber<T>
    {
        switch (target.DType)
        {
            case ScalarType.Float32:
                Unary(target, source, default(CastLoop<T, float>));
                break;
            case ScalarType.Float64:
                Unary(target, source, default(CastLoop<T, double>));
                break;
            case ScalarType.Int64:
                Unary(target, source, default(CastLoop<T, long>));
                break;
            case ScalarType.Int32:
                Unary(target, source, default(CastLoop<T, int>));
                break;
            case ScalarType.Byte:
                Unary(target, source, default(CastLoop<T, byte>));
                break;
            default:
                Unary(target, source, default(ToBoolLoop<T>));
                break;
        }
    }

    private static void InSingle(TensorImpl result, TensorImpl x, Action<TensorImpl, TensorImpl> compute)
    {
        TensorImpl input = Cast(x, ScalarType.Float32), output = TensorImpl.Allocate(x.Shape, ScalarType.Float32);
        compute(output, input);
        Copy(result, output);
        input.Release();
        output.Release();
    }

    private readonly ref struct Converted(TensorImpl source, ScalarType type)
    {
        internal TensorImpl Value { get; } = OfType(source, type);

        public void Dispose() => Value.Release();
    }
}
