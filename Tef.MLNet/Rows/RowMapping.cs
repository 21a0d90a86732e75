using Microsoft.ML;

namespace Tef.MLNet.Rows;

/// <summary>The columns that a transformer adds to rows of one schema, each computed from the row alone.</summary>
internal abstract class RowMapping
{
    /// <summary>The added columns, in order.</summary>
    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; }

    /// <summary>The columns of the input that an added column is computed from.</summary>
    /// <param name="added">Index into <see cref="Columns"/>.</param>
    public abstract IEnumerable<DataViewSchema.Column> DependenciesOf(int added);

    /// <summary>
    /// The working state of one cursor of which at least one added column is wanted, shared by the getters of its columns and used
    /// by one thread at a time.
    /// </summary>
    /// <param name="input">The row that moves under the getters.</param>
    public abstract RowState CreateState(DataViewRow input);
}

/// <summary>Getters over one moving row.</summary>
internal abstract class RowState
{
    /// <summary>A <see cref="ValueGetter{TValue}"/> of an added column.</summary>
    /// <param name="added">Index of the column among the added ones.</param>
    public abstract Delegate GetGetter(int added);
}
