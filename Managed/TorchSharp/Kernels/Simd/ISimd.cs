namespace TorchSharp.Kernels;

/// <summary>
/// A vector of floats of one hardware width. Kernels are written once over <typeparamref name="S"/> and the runtime compiles
/// them for each width; <see cref="Isa"/> says which width this machine takes.
/// </summary>
internal unsafe interface ISimd<S>
    where S : struct, ISimd<S>
{
    /// <summary>Floats per vector.</summary>
    static abstract int Count { get; }

    static abstract S Zero { get; }

    static abstract S Of(float value);

    static abstract S Load(float* source);

    /// <summary>The first <paramref name="count"/> floats, zeros after them; reads no further.</summary>
    static abstract S Load(float* source, int count);

    /// <summary>Floats from the high halves of bfloat16 numbers.</summary>
    static abstract S LoadBFloat16(ushort* source);

    /// <summary>Floats from signed bytes.</summary>
    static abstract S LoadInt8(sbyte* source);

    void Store(float* target);

    /// <summary>Writes the first <paramref name="count"/> floats and no more.</summary>
    void Store(float* target, int count);

    static abstract S operator +(S a, S b);

    static abstract S operator -(S a, S b);

    static abstract S operator -(S a);

    static abstract S operator *(S a, S b);

    static abstract S operator /(S a, S b);

    /// <summary>a·b + c, fused where the hardware can.</summary>
    static abstract S Fma(S a, S b, S c);

    /// <summary>The smaller; a NaN in <paramref name="b"/> is kept.</summary>
    static abstract S Min(S a, S b);

    /// <summary>The larger; a NaN in <paramref name="b"/> is kept.</summary>
    static abstract S Max(S a, S b);

    static abstract S Abs(S a);

    static abstract S Sqrt(S a);

    /// <summary>To the nearest integer.</summary>
    static abstract S Round(S a);

    /// <summary>a·2ⁿ for integral n in [-252, 254].</summary>
    static abstract S Scale(S a, S n);

    /// <summary>a·2ⁿ for integral n in [-126, 127], where 2ⁿ is a number itself.</summary>
    static abstract S ScaleNormal(S a, S n);

    /// <summary>For positive normal a: the mantissa m in [√½, √2) and the exponent e of a = m·2ᵉ.</summary>
    static abstract S Split(S a, out S exponent);

    /// <summary>Where a is less than b, <paramref name="then"/>, elsewhere <paramref name="otherwise"/>.</summary>
    static abstract S IfLess(S a, S b, S then, S otherwise);

    /// <summary>Takes the sign of <paramref name="sign"/>.</summary>
    static abstract S CopySign(S magnitude, S sign);

    /// <summary>Uniform numbers of 24 bits in [0, 1) for the positions <paramref name="position"/>, +1, … of a stream.</summary>
    static abstract S Uniform(uint key0, uint key1, uint position);

    float Sum();

    float Largest();
}
