namespace TorchSharp;

public sealed class DisposeScope : IDisposable
{
    private readonly DisposeScopeManager manager;
    private HashSet<IDisposable>? items;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        this.manager = manager;
        Outer = outer;
    }

    internal DisposeScope? Outer { get; }

    private HashSet<IDisposable> Items => items ??= manager.RentSet();

    public IReadOnlyList<IDisposable> DisposablesView => [.. Items];

    public int DisposablesCount => Items.Count;

    public bool Contains(IDisposable disposable) => Items.Contains(disposable);

    public void Attach(IDisposable disposable) => Attach([disposable]);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = disposables.ToList();
        foreach (IDisposable disposable in attached)
        {
            if (disposable is torch.Tensor { OwningDisposeScope: { } owner })
                owner.Items.Remove(disposable);
            manager.CountAttached(disposable);
            Take(disposable);
        }
        return attached;
    }

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        Move(Outer, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        MoveToOuter([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        MoveToOuter([first, second, third]);
        return (first, second, third);
    }

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(Outer, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        MoveToOther(scope, [first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        MoveToOther(scope, [first, second, third]);
        return (first, second, third);
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
            Move(scope, disposable);
    }

    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        Move(null, disposable);
        return disposable;
    }

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        Detach([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        Detach([first, second, third]);
        return (first, second, third);
    }

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    public void DisposeEverything() => DisposeAllBut(null);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        HashSet<IDisposable> keep = manager.RentSet();
        keep.UnionWith(inKeep);
        DisposeAllBut(keep);
    }

    public void Dispose()
    {
        DisposeEverything();
        manager.Remove(this);
    }

    public void MarkAsDisposed(IDisposable disposable)
    {
        manager.CountDisposedInScope(disposable);
        Items.Remove(disposable);
        Forget(disposable);
    }

    internal void Include(IDisposable disposable) => Items.Add(disposable);

    internal void Replace(IDisposable old, IDisposable successor)
    {
        if (Items.Remove(old))
            Items.Add(successor);
    }

    private void DisposeAllBut(HashSet<IDisposable>? keep)
    {
        HashSet<IDisposable>? ending = items;
        items = keep;
        if (ending is null)
            return;
        foreach (IDisposable disposable in ending)
        {
            if (keep is not null && keep.Contains(disposable))
                continue;
            manager.CountDisposedInScope(disposable);
            if (disposable is torch.Tensor tensor)
            {
                // Counted already, and nothing is to be reported back.
                tensor.OwningDisposeScope = null;
                tensor.IsInternal = true;
            }
            disposable.Dispose();
        }
        manager.ReturnSet(ending);
    }

    private void Move(DisposeScope? scope, IDisposable disposable)
    {
        if (!Items.Remove(disposable))
            return;
        if (scope is not null)
        {
            scope.Take(disposable);
            return;
        }
        manager.CountDetached(disposable);
        Forget(disposable);
    }

    private static void Forget(IDisposable disposable)
    {
        if (disposable is torch.Tensor tensor)
            tensor.OwningDisposeScope = null;
    }

    private void Take(IDisposable disposable)
    {
        Items.Add(disposable);
        if (disposable is torch.Tensor tensor)
            tensor.OwningDisposeScope = this;
    }
}
