using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
[NonParallelizable]
internal sealed class ThreadTeamTests
{
    private int _threads;

    [SetUp]
    public void Remember() => _threads = ThreadTeam.Threads;

    [TearDown]
    public void Restore() => ThreadTeam.Threads = _threads;

    [Test]
    public void EveryItemIsDoneOnce(
        [Values(1, 2, 3, 8)] int threads, [Values(0, 1, 2, 7, 100, 1001)] int count, [Values(1, 3, 64)] int grain)
    {
        ThreadTeam.Threads = threads;
        int[] done = new int[count];
        for (int round = 0; round < 20; round++)
        {
            ThreadTeam.For(count, grain, (begin, end) =>
            {
                Assert.That(begin % grain, Is.Zero);
                Assert.That(end - begin, Is.LessThanOrEqualTo(grain));
                for (long i = begin; i < end; i++)
                    Interlocked.Increment(ref done[i]);
            });
        }
        Assert.That(done, Is.All.EqualTo(20));
    }

    [Test]
    public void NestedAndConcurrentCallsFinish()
    {
        ThreadTeam.Threads = 3;
        long sum = 0;
        Thread[] callers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int round = 0; round < 200; round++)
            {
                ThreadTeam.For(10, 1, (begin, _) =>
                    ThreadTeam.For(5, 2, (b, e) => Interlocked.Add(ref sum, (begin * (e - b)) + 1)));
            }
        }))];
        foreach (Thread caller in callers)
            caller.Start();
        foreach (Thread caller in callers)
            caller.Join();
        Assert.That(sum, Is.EqualTo(4 * 200 * ((45 * 5) + 30)));
    }

    [Test]
    public void AnExceptionReachesTheCallerAndTheTeamGoesOn()
    {
        ThreadTeam.Threads = 2;
        for (int round = 0; round < 10; round++)
        {
            Assert.That(
                () => ThreadTeam.For(100, 1, (begin, _) =>
                {
                    if (begin == 37)
                        throw new InvalidOperationException("thirty-seven");
                }),
                Throws.InvalidOperationException.With.Message.EqualTo("thirty-seven"));
            int done = 0;
            ThreadTeam.For(100, 1, (_, _) => Interlocked.Increment(ref done));
            Assert.That(done, Is.EqualTo(100));
        }
    }

    [Test]
    public void ALoopAllocatesNothing()
    {
        ThreadTeam.Threads = 2;
        Nothing body = default;
        for (int i = 0; i < 100; i++)
            ThreadTeam.For(100, 1, ref body);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            ThreadTeam.For(100, 1, ref body);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void FewerThanOneThreadIsRefused()
        => Assert.That(() => ThreadTeam.Threads = 0, Throws.InstanceOf<ArgumentOutOfRangeException>());

    private struct Nothing : IRangeBody
    {
        public readonly void Run(long begin, long end)
        {
        }
    }
}
