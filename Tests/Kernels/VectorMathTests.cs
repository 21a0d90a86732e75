using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture(typeof(Simd512))]
[TestFixture(typeof(Simd256))]
[TestFixture(typeof(Simd128))]
internal sealed unsafe class VectorMathTests<S>
    where S : struct, ISimd<S>
{
    private delegate S Function(S x);

    [Test]
    public void ExpIsAccurate() => Compare(VectorMath.Exp, Math.Exp, -87.3f, 88.7f, 4, relativeTo: 0f);

    [Test]
    public void ExpOfNegativeIsAccurate() => Compare(VectorMath.ExpOfNegative, Math.Exp, -87.3f, 0f, 4, relativeTo: 0f);

    [Test]
    public void LogIsAccurate() => Compare(VectorMath.Log, Math.Log, 1e-6f, 50f, 4, relativeTo: 1e-6f);

    [Test]
    public void TanhIsAccurate() => Compare(VectorMath.Tanh, Math.Tanh, -12f, 12f, 4, relativeTo: 1e-30f);

    [Test]
    public void ErfIsAccurate() => Compare(VectorMath.Erf, Reference.Erf, -4.2f, 4.2f, 4, relativeTo: 1e-30f);

    [Test]
    public void SigmoidIsAccurate() => Compare(VectorMath.Sigmoid, x => 1.0 / (1.0 + Math.Exp(-x)), -40f, 40f, 6, relativeTo: 0f);

    [Test]
    public void SpecialValuesAreRight()
    {
        Assert.That(First(VectorMath.Exp(S.Of(float.NegativeInfinity))), Is.Zero);
        Assert.That(First(VectorMath.Exp(S.Of(89f))), Is.EqualTo(float.PositiveInfinity));
        Assert.That(First(VectorMath.Exp(S.Of(float.NaN))), Is.NaN);
        Assert.That(First(VectorMath.Exp(S.Zero)), Is.EqualTo(1f));
        Assert.That(First(VectorMath.ExpOfNegative(S.Of(float.NegativeInfinity))), Is.Zero);
        Assert.That(First(VectorMath.Log(S.Zero)), Is.EqualTo(float.NegativeInfinity));
        Assert.That(First(VectorMath.Log(S.Of(-1f))), Is.NaN);
        Assert.That(First(VectorMath.Log(S.Of(float.PositiveInfinity))), Is.EqualTo(float.PositiveInfinity));
        Assert.That(First(VectorMath.Log(S.Of(1f))), Is.Zero);
        Assert.That(First(VectorMath.Tanh(S.Of(float.PositiveInfinity))), Is.EqualTo(1f));
        Assert.That(First(VectorMath.Tanh(S.Of(float.NegativeInfinity))), Is.EqualTo(-1f));
        Assert.That(First(VectorMath.Tanh(S.Of(float.NaN))), Is.NaN);
        Assert.That(First(VectorMath.Erf(S.Of(float.NaN))), Is.NaN);
        Assert.That(First(VectorMath.Sigmoid(S.Of(float.NegativeInfinity))), Is.LessThan(1e-37f));
        Assert.That(First(VectorMath.Sigmoid(S.Of(float.NaN))), Is.NaN);
    }

    [Test]
    public void PartialLoadsAndStoresTouchNothingElse()
    {
        using Floats source = new(S.Count, new Random(6)), target = new(S.Count);
        for (int count = 0; count <= S.Count; count++)
        {
            target.Fill(-1f);
            S.Load(source.At, count).Store(target.At, count);
            for (int i = 0; i < S.Count; i++)
                Assert.That(target[i], Is.EqualTo(i < count ? source[i] : -1f));
        }
    }

    [Test]
    public void NarrowFormatsWiden()
    {
        ushort[] half = [.. Enumerable.Range(0, 32).Select(i => (ushort)(BitConverter.SingleToUInt32Bits(i - 7.5f) >> 16))];
        sbyte[] bytes = [.. Enumerable.Range(0, 32).Select(i => (sbyte)((i * 8) - 128))];
        using Floats target = new(S.Count);
        fixed (ushort* h = half)
            S.LoadBFloat16(h).Store(target.At);
        for (int i = 0; i < S.Count; i++)
            Assert.That(target[i], Is.EqualTo(BitConverter.UInt32BitsToSingle((uint)half[i] << 16)));
        fixed (sbyte* b = bytes)
            S.LoadInt8(b).Store(target.At);
        for (int i = 0; i < S.Count; i++)
            Assert.That(target[i], Is.EqualTo((float)bytes[i]));
    }

    [Test]
    public void UniformEqualsTheScalarStream()
    {
        using Floats target = new(S.Count);
        (uint key0, uint key1) = CounterRandom.Keys(99, 1000);
        S.Uniform(key0, key1, 1000).Store(target.At);
        for (int i = 0; i < S.Count; i++)
            Assert.That(target[i], Is.EqualTo(CounterRandom.Uniform(99, 1000 + (ulong)i)));
    }

    private static float First(S v)
    {
        float* buffer = stackalloc float[16];
        v.Store(buffer);
        return *buffer;
    }

    private static void Compare(Function function, Func<double, double> exact, float low, float high, double ulps, float relativeTo)
    {
        const int Points = 20_000;
        float* buffer = stackalloc float[16];
        for (int i = 0; i <= Points; i++)
        {
            float x = low + ((high - low) * i / Points);
            function(S.Of(x)).Store(buffer);
            double expected = exact(x);
            double ulp = Math.Max(Math.Abs(expected), relativeTo) * Math.Pow(2.0, -23);
            if (Math.Abs(buffer[0] - expected) > Math.Max(ulps * ulp, 1e-37))
                Assert.Fail($"at {x}: expected {expected}, found {buffer[0]}, {Math.Abs(buffer[0] - expected) / ulp:F1} ulp");
        }
    }
}
