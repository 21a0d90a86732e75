using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

/// <summary>A native buffer between two guards, filled with seeded random numbers; disposing it checks the guards.</summary>
internal sealed unsafe class Floats : IDisposable
{
    private const int Guard = 32;
    private const float Mark = 12345.678f;

    private readonly float* _block;

    public Floats(long count, Random? random = null, float scale = 1f)
    {
        Count = count;
        _block = NativePool.RentFloats(count + (2 * Guard));
        for (int i = 0; i < Guard; i++)
            _block[i] = _block[Guard + count + i] = Mark;
        for (long i = 0; i < count; i++)
            At[i] = random is null ? float.NaN : scale * ((2f * random.NextSingle()) - 1f);
    }

    public long Count { get; }

    public float* At => _block + Guard;

    public float this[long i]
    {
        get => At[i];
        set => At[i] = value;
    }

    public float[] ToArray() => new ReadOnlySpan<float>(At, checked((int)Count)).ToArray();

    public Floats Fill(float value)
    {
        new Span<float>(At, checked((int)Count)).Fill(value);
        return this;
    }

    public void Dispose()
    {
        for (int i = 0; i < Guard; i++)
        {
            Assert.That(_block[i], Is.EqualTo(Mark), "written before the buffer");
            Assert.That(_block[Guard + Count + i], Is.EqualTo(Mark), "written past the buffer");
        }
        NativePool.Return(_block);
    }
}
