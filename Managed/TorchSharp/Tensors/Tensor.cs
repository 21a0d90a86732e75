namespace TorchSharp;

public static partial class torch
{
    /// <summary>A handle on a tensor. Disposing it lets go of the memory; a graph or a view that needs the values keeps them.</summary>
    public partial class Tensor : IDisposable
    {
        private TensorImpl? impl;

        /// <summary>Takes over one reference and registers with the current dispose scope.</summary>
        internal Tensor(TensorImpl impl)
        {
            this.impl = impl;
            if (TensorArena.Current is { } arena)
                arena.Add(this);
            else
                OwningDisposeScope = DisposeScopeManager.ThreadSingleton.Register(this);
        }

        /// <summary>A handle outside all scopes and statistics, for the engine's own keeping.</summary>
        private Tensor(TensorImpl impl, DisposeScope? scope)
        {
            this.impl = impl;
            OwningDisposeScope = scope;
            IsInternal = true;
        }

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal bool IsInternal { get; set; }

        internal TensorImpl Impl =>
            impl ?? throw new ObjectDisposedException(nameof(Tensor), "The tensor was disposed, or a parameter or scope took it over.");

        public bool IsInvalid => impl is null;

        public IntPtr Handle => impl is null ? IntPtr.Zero : HandleOf(impl);

        public string? name { get; set; }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref impl, null) is not { } released)
                return;
            released.Release();
            if (!disposing || IsInternal)
                return;
            if (OwningDisposeScope is { } scope)
                scope.MarkAsDisposed(this);
            else
                DisposeScopeManager.ThreadSingleton.CountDisposedOutside(this);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveTo(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope other) => MoveTo(other);

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public override bool Equals(object? obj) => obj is Tensor other && impl is not null && ReferenceEquals(impl, other.impl);

        public override int GetHashCode() => impl is null ? 0 : impl.GetHashCode();

        internal static Tensor Unscoped(TensorImpl impl) => new(impl, null);

        /// <summary>Another handle on the same tensor.</summary>
        internal Tensor Alias() => new(Impl.AddReference());

        /// <summary>Changes the element type under the handle. Whoever holds the old tensor keeps it.</summary>
        internal void Convert(ScalarType type)
        {
            TensorImpl old = Impl;
            if (old.DType == type)
                return;
            TensorImpl converted = Elementwise.Cast(old, type);
            if (old.Meta is { RequiresGrad: true })
                converted.EnsureMeta().RequiresGrad = true;
            impl = converted;
            old.Release();
        }

        /// <summary>Takes over another handle and its place in the dispose scope.</summary>
        private protected Tensor(Tensor data)
        {
            impl = data.Impl;
            IsInternal = data.IsInternal;
            OwningDisposeScope = data.OwningDisposeScope;
            OwningDisposeScope?.Replace(data, this);
            data.impl = null;
            data.OwningDisposeScope = null;
            GC.SuppressFinalize(data);
        }

        private Tensor MoveTo(DisposeScope? scope)
        {
            if (OwningDisposeScope is { } owner)
                owner.MoveToOther(scope, this);
            else
                scope?.Attach(this);
            return this;
        }

        private static IntPtr HandleOf(TensorImpl impl) => impl.Identity;
    }
}
