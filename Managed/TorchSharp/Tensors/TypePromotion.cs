using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Element types: their sizes and the type of a mixed operation (PyTorch's rules for the types the engine has).</summary>
internal static class TypePromotion
{
    internal static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw Unsupported(type),
    };

    internal static bool IsFloat(ScalarType type) =>
        type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16 or ScalarType.Float16;

    internal static bool IsIntegral(ScalarType type) =>
        type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64;

    internal static NotSupportedException Unsupported(ScalarType type) =>
        new($"The managed engine has no elements of type {type}; it has Float32, Float64, BFloat16, Int64, Int32, Byte and Bool.");

    /// <summary>Throws for element types that the engine cannot store.</summary>
    internal static ScalarType Supported(ScalarType type) =>
        type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16 or ScalarType.Int64 or ScalarType.Int32
            or ScalarType.Byte or ScalarType.Bool
            ? type
            : throw Unsupported(type);

    internal static ScalarType Promote(ScalarType a, ScalarType b)
    {
        if (a == b)
            return a;
        int categoryA = Category(a), categoryB = Category(b);
        if (categoryA != categoryB)
            return categoryA > categoryB ? a : b;
        // The narrow floats have no common narrow type.
        if (a is ScalarType.Float16 or ScalarType.BFloat16 && b is ScalarType.Float16 or ScalarType.BFloat16)
            return ScalarType.Float32;
        int sizeA = SizeOf(a), sizeB = SizeOf(b);
        if (sizeA == sizeB)
            return ScalarType.Int16; // Byte with Int8
        return sizeA > sizeB ? a : b;
    }

    /// <summary>A tensor with dimensions outweighs one without within the same category (bool, integer, float).</summary>
    internal static ScalarType ResultType(TensorImpl a, TensorImpl b)
    {
        if (a.DType == b.DType)
            return a.DType;
        if (a.Rank > 0 == b.Rank > 0)
            return Promote(a.DType, b.DType);
        var (strong, weak) = a.Rank > 0 ? (a.DType, b.DType) : (b.DType, a.DType);
        return Category(weak) > Category(strong) ? Promote(strong, weak) : strong;
    }

    /// <summary>A number only changes the category: an integer tensor with a real number gives Float32.</summary>
    internal static ScalarType ResultType(ScalarType tensor, Scalar scalar)
    {
        int category = Category(scalar.Type);
        if (category <= Category(tensor))
            return tensor;
        return category == 2 ? ScalarType.Float32 : ScalarType.Int64;
    }

    /// <summary>The type of a function with real values: integers and bools become Float32.</summary>
    internal static ScalarType ToFloat(ScalarType type) => IsFloat(type) ? type : ScalarType.Float32;

    private static int Category(ScalarType type) => type == ScalarType.Bool ? 0 : IsFloat(type) ? 2 : 1;
}
