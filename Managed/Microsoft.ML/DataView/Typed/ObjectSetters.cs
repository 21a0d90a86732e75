using System.Linq.Expressions;
using System.Reflection;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Columns of a schema as members of <typeparamref name="TRow"/>: fills objects from rows.</summary>
internal sealed class ObjectSetters<TRow>
    where TRow : class
{
    private readonly (MemberColumn Member, int Column, Delegate Writer)[] _bindings;

    public ObjectSetters(DataViewSchema schema, SchemaDefinition? definition, bool ignoreMissingColumns)
    {
        List<(MemberColumn, int, Delegate)> bindings = [];
        foreach (MemberColumn member in MemberColumn.Create(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Name) is not { } column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw SchemaErrors.MissingColumn("inputSchema", "input", member.Name, schema.Select(c => c.Name));
            }

            if (!MemberColumn.Fits(column.Type, member.MemberType))
            {
                throw new InvalidOperationException(
                    $"Can't bind the column '{column.Name}' of type '{column.Type}' to the field or property "
                    + $"'{member.Member.Name}' of type '{member.MemberType}' of {typeof(TRow)}.");
            }

            bindings.Add((member, column.Index, Writer(member.Member)));
        }

        _bindings = [.. bindings];
        Schema = schema;
    }

    public DataViewSchema Schema { get; }

    public IEnumerable<DataViewSchema.Column> Columns => _bindings.Select(binding => Schema[binding.Column]);

    /// <summary>Gives the function that fills an object from where <paramref name="row"/> stands.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        Action<TRow>[] setters = [.. _bindings.Select(binding =>
            (Action<TRow>)GenericCall.Invoke(Bind<int>, binding.Member.MemberType, row, Schema[binding.Column], binding.Writer))];
        return target =>
        {
            foreach (Action<TRow> setter in setters)
                setter(target);
        };
    }

    private static Delegate Writer(MemberInfo member)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        ParameterExpression value = Expression.Parameter(ColumnMembers.TypeOf(member));
        Type action = typeof(Action<,>).MakeGenericType(typeof(TRow), value.Type);
        return Expression.Lambda(action, Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }

    private static Action<TRow> Bind<TMember>(DataViewRow row, DataViewSchema.Column column, Action<TRow, TMember> write)
    {
        Func<TMember> read = MemberReader.Create<TMember>(row, column);
        return target => write(target, read());
    }
}
