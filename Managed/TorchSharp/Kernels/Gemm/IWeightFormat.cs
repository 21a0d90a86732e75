using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>How stored weights become floats. Structs, so that kernels are compiled for each format.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Bytes per weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>As many weights as a vector holds.</summary>
    static abstract S Load<S>(byte* source)
        where S : struct, ISimd<S>;

    /// <summary>One weight.</summary>
    static abstract float Read(byte* source);
}

/// <summary>Floats as they are.</summary>
internal readonly unsafe struct Float32Weights : IWeightFormat
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Load<S>(byte* source)
        where S : struct, ISimd<S>
        => S.Load((float*)source);

    public static float Read(byte* source) => *(float*)source;
}

/// <summary>The upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Weights : IWeightFormat
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Load<S>(byte* source)
        where S : struct, ISimd<S>
        => S.LoadBFloat16((ushort*)source);

    public static float Read(byte* source) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)source << 16);
}

/// <summary>Whole numbers from −127 to 127, to be multiplied by the scale of their row.</summary>
internal readonly unsafe struct Int8Weights : IWeightFormat
{
    public static int Bytes => sizeof(sbyte);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static S Load<S>(byte* source)
        where S : struct, ISimd<S>
        => S.LoadInt8((sbyte*)source);

    public static float Read(byte* source) => *(sbyte*)source;
}
