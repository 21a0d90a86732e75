using static TorchSharp.torch;

namespace TorchSharp;

public sealed class Scalar : IDisposable
{
    private readonly double real;
    private readonly long integer;

    internal Scalar(double value, ScalarType type)
    {
        Type = type;
        real = value;
        integer = double.IsFinite(value) ? (long)value : 0;
    }

    internal Scalar(long value, ScalarType type)
    {
        Type = type;
        real = value;
        integer = value;
    }

    public ScalarType Type { get; }

    internal double Real => real;

    internal long Integer => integer;

    public static implicit operator Scalar(byte value) => new(value, ScalarType.Byte);

    public static implicit operator Scalar(int value) => new(value, ScalarType.Int32);

    public static implicit operator Scalar(long value) => new(value, ScalarType.Int64);

    public static implicit operator Scalar(float value) => new((double)value, ScalarType.Float32);

    public static implicit operator Scalar(double value) => new(value, ScalarType.Float64);

    public static implicit operator Scalar(bool value) => new(value ? 1 : 0, ScalarType.Bool);

    public void Dispose()
    {
        // A managed number holds nothing; the member keeps 'using' of the real package compiling.
    }

    public override string ToString() =>
        Type == ScalarType.Bool ? (integer != 0).ToString() : TypePromotion.IsFloat(Type) ? real.ToString("R") : integer.ToString();
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;

    public static Scalar ToScalar(this int value) => (long)value;

    public static Scalar ToScalar(this long value) => value;

    public static Scalar ToScalar(this float value) => value;

    public static Scalar ToScalar(this double value) => value;

    public static Scalar ToScalar(this bool value) => value;

    public static float ToSingle(this Scalar value) => (float)value.Real;

    public static double ToDouble(this Scalar value) => value.Real;

    public static byte ToByte(this Scalar value) => (byte)value.Integer;

    public static int ToInt32(this Scalar value) => (int)value.Integer;

    public static long ToInt64(this Scalar value) => value.Integer;

    public static bool ToBoolean(this Scalar value) => value.Real != 0;
}
