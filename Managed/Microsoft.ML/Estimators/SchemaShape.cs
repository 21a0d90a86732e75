using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>What is known of the columns of a view before there is a view.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private static readonly SchemaShape Empty = new([]);
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
        if (_columns.Any(column => !column.IsValid))
            throw new ArgumentOutOfRangeException(nameof(columns), "A column has no name: it was not constructed.");
    }

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema) => new(schema.Where(column => !column.IsHidden).Select(column =>
        Column.Create(new DataViewSchema.DetachedColumn(column))));

    /// <summary>These columns and further ones, which take the place of columns of their name.</summary>
    internal SchemaShape With(IEnumerable<Column> added)
    {
        List<Column> columns = [.. _columns];
        foreach (Column column in added)
        {
            int index = columns.FindIndex(other => other.Name == column.Name);
            if (index < 0)
                columns.Add(column);
            else
                columns[index] = column;
        }

        return new SchemaShape(columns);
    }

    internal bool TryFindColumn(string name, out Column column)
    {
        column = Array.FindLast(_columns, candidate => candidate.Name == name);
        return column.IsValid;
    }

    /// <summary>A column that is still to come.</summary>
    public struct Column
    {
        public readonly string Name;

        public readonly VectorKind Kind;

        public readonly DataViewType ItemType;

        public readonly bool IsKey;

        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape? annotations = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(itemType);
            if (itemType is KeyDataViewType or VectorDataViewType)
                throw new ArgumentOutOfRangeException(nameof(itemType), $"The items of column '{name}' cannot be {itemType}.");
            if (isKey && !KeyDataViewType.IsValidDataType(itemType.RawType))
                throw new ArgumentOutOfRangeException(nameof(itemType), $"The keys of column '{name}' cannot be carried by {itemType}.");
            Name = name;
            Kind = vecKind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        internal readonly bool IsValid => Name is not null;

        internal static Column Create(DataViewSchema.DetachedColumn column)
        {
            VectorKind kind = column.Type is not VectorDataViewType vector ? VectorKind.Scalar
                : vector.IsKnownSize ? VectorKind.Vector
                : VectorKind.VariableVector;
            DataViewType itemType = PrimitiveTypes.ItemTypeOf(column.Type);
            bool isKey = itemType is KeyDataViewType;
            if (isKey && PrimitiveTypes.TryGet(itemType.RawType, out PrimitiveDataViewType? number))
                itemType = number;
            SchemaShape? annotations = column.Annotations.Schema.Count == 0 ? null : SchemaShape.Create(column.Annotations.Schema);
            return new Column(column.Name, kind, itemType, isKey, annotations);
        }

        /// <summary>Whether values of a column of another shape can go where this shape is asked for.</summary>
        internal readonly bool Accepts(Column source) =>
            ItemType.Equals(source.ItemType)
            && IsKey == source.IsKey
            && (Kind == source.Kind || (Kind == VectorKind.VariableVector && source.Kind == VectorKind.Vector));

        internal readonly string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : $"{ItemType}";
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }

        /// <summary>Whether a column holds one value or several, and whether their number is known.</summary>
        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }
    }
}
