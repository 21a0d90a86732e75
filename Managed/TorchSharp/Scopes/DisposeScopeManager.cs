namespace TorchSharp;

/// <summary>The stack of dispose scopes of one thread, and what was created and disposed on it.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? threadSingleton;

    private const int MostSpareSets = 16;

    private readonly Stack<DisposeScope> scopes = new();
    private readonly Stack<HashSet<IDisposable>> spareSets = new();
    private readonly ThreadDisposeScopeStatistics statistics = new();

    public static ThreadDisposeScopeStatistics Statistics => ThreadSingleton.statistics;

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new DisposeScopeManager();

    internal DisposeScope? Current => scopes.TryPeek(out DisposeScope? scope) ? scope : null;

    internal DisposeScope Open()
    {
        var scope = new DisposeScope(this, Current);
        scopes.Push(scope);
        return scope;
    }

    internal void Remove(DisposeScope scope)
    {
        if (!ReferenceEquals(Current, scope))
            throw new InvalidOperationException("Dispose scopes end in the reverse order of their creation, on the thread that made them.");
        scopes.Pop();
    }

    /// <summary>An empty set for the contents of a scope; scopes come and go with every operation of a model.</summary>
    internal HashSet<IDisposable> RentSet() =>
        spareSets.TryPop(out HashSet<IDisposable>? set) ? set : new HashSet<IDisposable>(ReferenceEqualityComparer.Instance);

    internal void ReturnSet(HashSet<IDisposable> set)
    {
        set.Clear();
        if (spareSets.Count < MostSpareSets)
            spareSets.Push(set);
    }

    internal DisposeScope? Register(IDisposable disposable)
    {
        LifetimeStatistics counts = Of(disposable);
        if (Current is not { } scope)
        {
            counts.CreatedOutsideScopeCount++;
            return null;
        }
        counts.CreatedInScopeCount++;
        scope.Include(disposable);
        return scope;
    }

    internal void CountDisposedOutside(IDisposable disposable) => Of(disposable).DisposedOutsideScopeCount++;

    internal void CountDisposedInScope(IDisposable disposable) => Of(disposable).DisposedInScopeCount++;

    internal void CountDetached(IDisposable disposable) => Of(disposable).DetachedFromScopeCount++;

    internal void CountAttached(IDisposable disposable) => Of(disposable).AttachedToScopeCount++;

    private LifetimeStatistics Of(IDisposable disposable) =>
        disposable is torch.Tensor ? statistics.TensorStatistics : statistics.Others;
}
