using TorchSharp;
using TorchSharp.Kernels;
using static TorchSharp.torch;

namespace Tef.Tests.Tensors;

public class DisposeScopeTests
{
    [SetUp]
    public void Reset() => DisposeScopeManager.Statistics.Reset();

    [Test]
    public void A_scope_ends_what_was_made_in_it()
    {
        Tensor inner, kept, moved;
        using (var outer = NewDisposeScope())
        {
            using (var scope = NewDisposeScope())
            {
                inner = ones(2, 2);
                kept = ones(3).DetachFromDisposeScope();
                moved = ones(4).MoveToOuterDisposeScope();
                Assert.That(scope.DisposablesCount, Is.EqualTo(1));
                Assert.That(scope.Contains(inner), Is.True);
            }
            Assert.That(inner.IsInvalid, Is.True);
            Assert.That(moved.IsInvalid, Is.False);
            Assert.That(outer.Contains(moved), Is.True);
        }
        Assert.That(moved.IsInvalid, Is.True);
        Assert.That(kept.sum().item<float>(), Is.EqualTo(3));
        kept.Dispose();
    }

    [Test]
    public void Statistics_count_lives()
    {
        using (var scope = NewDisposeScope())
        {
            Tensor a = ones(2), b = a + a;
            b.Dispose();
            a.DetachFromDisposeScope();
            Tensor c = a * 2;
            Assert.That(DisposeScopeManager.Statistics.TensorStatistics.CreatedInScopeCount, Is.EqualTo(3));
            Assert.That(DisposeScopeManager.Statistics.DisposedInScopeCount, Is.EqualTo(1));
            Assert.That(DisposeScopeManager.Statistics.DetachedFromScopeCount, Is.EqualTo(1));
            Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(2));
            scope.Attach(a);
        }
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.Zero);
        using Tensor outside = zeros(1);
        Assert.That(DisposeScopeManager.Statistics.CreatedOutsideScopeCount, Is.EqualTo(1));
    }

    [Test]
    public void Everything_but_some_can_be_ended()
    {
        using var scope = NewDisposeScope();
        Tensor a = ones(1), b = ones(1);
        Tensor kept = scope.DisposeEverythingBut(b);
        Assert.That((a.IsInvalid, b.IsInvalid, ReferenceEquals(kept, b)), Is.EqualTo((true, false, true)));
        Assert.That(scope.DisposablesCount, Is.EqualTo(1));
    }

    [Test]
    public void Composite_operations_leave_no_temporaries()
    {
        using var scope = NewDisposeScope();
        Tensor x = rand(3, 4).requires_grad_();
        DisposeScopeManager.Statistics.Reset();
        Tensor y = x.std(1).norm() + x.softmax(0).logsumexp(1).mean();
        y.backward();
        // std, norm, softmax, logsumexp, mean and the sum.
        Assert.That(DisposeScopeManager.Statistics.CreatedInScopeCount, Is.EqualTo(6));
    }

    [Test]
    public void A_disposed_tensor_says_so()
    {
        Tensor x = ones(1);
        x.Dispose();
        x.Dispose();
        Assert.That(() => x.sum(), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(x.ToString(), Is.EqualTo("(disposed)"));
    }

    [Test]
    public void A_wrapped_scope_lets_its_result_out()
    {
        using Tensor result = WrappedTensorDisposeScope(() => ones(2) + ones(2));
        Assert.That(result.sum().item<float>(), Is.EqualTo(4));
    }

    [Test]
    public void Forgotten_tensors_give_their_memory_back()
    {
        long before = NativePool.LiveBytes;
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget()
        {
            for (int i = 0; i < 10; i++)
                _ = ones(1000) + 1;
        }
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.That(NativePool.LiveBytes - before, Is.LessThan(20_000));
    }
}
