using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
[NonParallelizable]
internal sealed unsafe class NativePoolTests
{
    [Test]
    public void BlocksAreAlignedWritableAndLargeEnough()
    {
        List<(nint Block, long Bytes)> blocks = [];
        Random random = new(7);
        for (int i = 0; i < 300; i++)
        {
            long bytes = random.Next(10) == 0 ? random.Next(1 << 23) : random.Next(5000);
            byte* block = (byte*)NativePool.Rent(bytes);
            Assert.That((nint)block % 64, Is.EqualTo((nint)0));
            new Span<byte>(block, (int)bytes).Fill((byte)i);
            blocks.Add(((nint)block, bytes));
        }
        for (int i = 0; i < blocks.Count; i++)
        {
            Assert.That(new ReadOnlySpan<byte>((void*)blocks[i].Block, (int)blocks[i].Bytes).IndexOfAnyExcept((byte)i), Is.EqualTo(-1));
            NativePool.Return((void*)blocks[i].Block);
        }
    }

    [Test]
    public void AfterAReservationEveryThreadFindsABlock()
    {
        const long Bytes = 123_457;
        NativePool.Reserve(Bytes);
        long cached = NativePool.CachedBytes;
        void*[] blocks = new void*[ThreadTeam.Threads];
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = NativePool.Rent(Bytes);
        if (blocks.Length > 1)
            Assert.That(NativePool.CachedBytes, Is.LessThanOrEqualTo(cached - (blocks.Length * Bytes)), "all of them were there");
        foreach (void* block in blocks)
            NativePool.Return(block);
    }

    [Test]
    public void SteadyStateAsksTheSystemForNothing()
    {
        long[] sizes = [1, 100, 5000, 1 << 20, (3 << 20) + 17];
        long live = NativePool.LiveBytes;
        void Round()
        {
            void*[] blocks = new void*[sizes.Length];
            for (int i = 0; i < sizes.Length; i++)
                blocks[i] = NativePool.Rent(sizes[i]);
            foreach (void* block in blocks)
                NativePool.Return(block);
        }
        Round();
        NativePool.ResetPeak();
        long peak = NativePool.PeakBytes;
        for (int i = 0; i < 100; i++)
            Round();
        Assert.That(NativePool.PeakBytes, Is.EqualTo(peak));
        Assert.That(NativePool.LiveBytes, Is.EqualTo(live));
    }

    [Test]
    public void TrimGivesBackWhatIsCached()
    {
        NativePool.Return(NativePool.Rent(1 << 22));
        Assert.That(NativePool.CachedBytes, Is.GreaterThanOrEqualTo(1 << 22));
        NativePool.Trim();
        Assert.That(NativePool.CachedBytes, Is.Zero);
    }

    [Test]
    public void ReturningTwiceIsAnError()
    {
        void* block = NativePool.Rent(1000);
        NativePool.Return(block);
        Assert.That(() => NativePool.Return(block), Throws.InvalidOperationException);
    }

    [Test]
    public void SeveralThreadsCanRent()
    {
        long live = NativePool.LiveBytes;
        Parallel.For(0, 8, seed =>
        {
            Random random = new(seed);
            for (int i = 0; i < 2000; i++)
            {
                int bytes = random.Next(1, 4000);
                byte* block = (byte*)NativePool.Rent(bytes);
                new Span<byte>(block, bytes).Fill((byte)seed);
                Assert.That(new ReadOnlySpan<byte>(block, bytes).IndexOfAnyExcept((byte)seed), Is.EqualTo(-1));
                NativePool.Return(block);
            }
        });
        Assert.That(NativePool.LiveBytes, Is.EqualTo(live));
    }
}
