using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>
/// How the members of a class map to columns. Made by <see cref="Create"/>, changed by hand where attributes do not suffice.
/// </summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    /// <summary>The column of a name; null if there is none.</summary>
    public Column this[string columnName]
    {
        get => Find(column => column.ColumnName == columnName)!;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.ColumnName != columnName)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(columnName), $"The column is named '{value.ColumnName}', which is not '{columnName}'.");
            }

            int index = FindIndex(column => column.ColumnName == columnName);
            if (index < 0)
                Add(value);
            else
                this[index] = value;
        }
    }

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        SchemaDefinition definition = [];
        foreach (MemberInfo member in ColumnMembers.Of(userType, direction))
        {
            Column column = ColumnMembers.Describe(member);
            if (definition.Exists(other => other.ColumnName == column.ColumnName))
                throw new ArgumentOutOfRangeException(nameof(userType), $"{userType} has two members for column '{column.ColumnName}'.");
            definition.Add(column);
        }

        return definition;
    }

    /// <summary>Whether members are read, written or both.</summary>
    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    /// <summary>A member as a column.</summary>
    public sealed class Column
    {
        private readonly Dictionary<string, (DataViewType Type, Delegate Getter)> _annotations = [];

        internal Column(string memberName, DataViewType columnType, string columnName)
        {
            MemberName = memberName;
            ColumnType = columnType;
            ColumnName = columnName;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations
        {
            get
            {
                DataViewSchema.Annotations.Builder builder = new();
                foreach ((string kind, (DataViewType type, Delegate getter)) in _annotations)
                    builder.Add(kind, type, getter);
                return builder.ToAnnotations();
            }
        }

        /// <summary>Adds an annotation. Vectors may be given as arrays and text as <see cref="string"/>.</summary>
        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentNullException.ThrowIfNull(kind);
            ArgumentNullException.ThrowIfNull(annotationType);
            if (_annotations.ContainsKey(kind))
                throw new InvalidOperationException($"Column '{ColumnName}' has an annotation '{kind}' already.");
            Delegate getter = MemberGetter.Create(() => value, annotationType, $"Annotation '{kind}' of column '{ColumnName}'");
            _annotations.Add(kind, (annotationType, getter));
        }

        /// <summary>Takes over the annotations of a column of a schema.</summary>
        internal void AddAnnotations(DataViewSchema.Annotations annotations)
        {
            foreach (DataViewSchema.Column annotation in annotations.Schema)
            {
                Delegate getter = (Delegate)GenericCall.Invoke(annotations.GetGetter<int>, annotation.Type.RawType, annotation);
                _annotations[annotation.Name] = (annotation.Type, getter);
            }
        }
    }
}
