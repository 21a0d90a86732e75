using System.Linq.Expressions;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The members of <typeparamref name="TRow"/> as columns: makes the getters that read an object.</summary>
internal sealed class ObjectGetters<TRow>
    where TRow : class
{
    private readonly MemberColumn[] _columns;
    private readonly Delegate[] _readers;

    public ObjectGetters(MemberColumn[] columns)
    {
        _columns = columns;
        Schema = MemberColumn.ToSchema(columns);
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        _readers = [.. columns.Select(column => Expression.Lambda(Expression.MakeMemberAccess(row, column.Member), row).Compile())];
    }

    public DataViewSchema Schema { get; }

    /// <param name="column">A column of <see cref="Schema"/>.</param>
    /// <param name="current">Gives the object to read.</param>
    public ValueGetter<TValue> Create<TValue>(DataViewSchema.Column column, Func<TRow> current)
    {
        MemberColumn member = _columns[column.Index];
        if (member.Type.RawType != typeof(TValue))
            throw SchemaErrors.WrongGetter(Schema[column.Index], typeof(TValue));
        return (ValueGetter<TValue>)GenericCall.Invoke(Bind<int>, member.MemberType, column.Index, current);
    }

    private Delegate Bind<TMember>(int index, Func<TRow> current)
    {
        Func<TRow, TMember> reader = (Func<TRow, TMember>)_readers[index];
        return MemberGetter.Create(() => reader(current()), _columns[index].Type, $"Column '{_columns[index].Name}'");
    }
}
