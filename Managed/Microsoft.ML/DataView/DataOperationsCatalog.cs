using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Makes views of objects and of other views. All views are lazy: rows are computed when a cursor asks for them.</summary>
public sealed partial class DataOperationsCatalog : IInternalCatalog
{
    private readonly HostEnvironment _environment;

    internal DataOperationsCatalog(HostEnvironment environment)
    {
        _environment = environment;
    }

    IHostEnvironment IInternalCatalog.Environment => _environment;

    /// <summary>Objects as a view. A list can be shuffled and is not copied; anything else is enumerated by every cursor anew.</summary>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition? schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return EnumerableRows.ToDataView(data, schemaDefinition);
    }

    /// <summary>Objects as a view whose columns have the types and annotations of a schema.</summary>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(schema);
        return LoadFromEnumerable(data, EnumerableRows.DefinitionFor(typeof(TRow), schema));
    }

    /// <summary>The rows of a view as objects, as long as they are asked for.</summary>
    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition? schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        return Enumerate(data, reuseRowObject, new ObjectSetters<TRow>(data.Schema, schemaDefinition, ignoreMissingColumns));
    }

    /// <summary>A view that keeps in memory what was read of it.</summary>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new CacheDataView(input, (columnsToPrefetch ?? []).Select(name => input.Schema[name]));
    }

    /// <summary>The rows in random order. At most <paramref name="shufflePoolSize"/> of them are held at a time.</summary>
    /// <param name="input">The view to shuffle.</param>
    /// <param name="seed">The same for the same order in every pass; without it every pass has an order of its own.</param>
    /// <param name="shufflePoolSize">How far a row can get from its place: a pool as large as the view shuffles evenly.</param>
    /// <param name="shuffleSource">Whether the rows are read in random order as well, where the view allows it.</param>
    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shufflePoolSize);
        return new ShuffledDataView(input, shufflePoolSize, shuffleSource, seed is { } value ? () => value : _environment.NextSeed);
    }

    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new RangeDataView(input, count, long.MaxValue);
    }

    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return new RangeDataView(input, 0, count);
    }

    private static IEnumerable<TRow> Enumerate<TRow>(IDataView data, bool reuseRowObject, ObjectSetters<TRow> setters)
        where TRow : class, new()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(setters.Columns);
        Action<TRow> fill = setters.Bind(cursor);
        TRow? row = null;
        while (cursor.MoveNext())
        {
            row = reuseRowObject && row is not null ? row : new TRow();
            fill(row);
            yield return row;
        }
    }
}
