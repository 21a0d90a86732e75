namespace TorchSharp.Kernels;

/// <summary>The innermost product: a tile of C held in registers while a panel of A meets a panel of B.</summary>
internal unsafe interface IMicroKernel
{
    static abstract int Rows { get; }

    static abstract int Columns { get; }

    /// <summary>Steps per panel: with them a panel of B leaves room for one of A in a first-level cache.</summary>
    static abstract int Depth { get; }

    /// <summary>Bytes of packed A, or of a task's own panels, that stay in the second-level cache.</summary>
    static abstract long CacheBytes { get; }

    /// <summary>Rows of <see cref="RunFew"/>: what sizes that are powers of two leave over.</summary>
    static abstract int FewRows { get; }

    /// <summary>
    /// tile += Σₚ a[p, 0..Rows]ᵀ · b[p, 0..Columns] over packed panels of <paramref name="depth"/> steps. Each step also asks for
    /// the line at <paramref name="ahead"/> + p·<paramref name="aheadStep"/>, which a later call will need.
    /// </summary>
    static abstract void Run(long depth, float* a, float* b, float* ahead, long aheadStep, in Tile tile);

    /// <summary>The same for the first <see cref="FewRows"/> rows of the panel alone.</summary>
    static abstract void RunFew(long depth, float* a, float* b, in Tile tile);
}
