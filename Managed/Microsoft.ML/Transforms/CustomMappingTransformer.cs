using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>Adds the columns that a function computes of a row.</summary>
public sealed class CustomMappingTransformer<TSrc, TDst> : ITransformer
    where TSrc : class, new()
    where TDst : class, new()
{
    private readonly Action<TSrc, TDst> _action;
    private readonly string? _contractName;
    private readonly SchemaDefinition? _inputDefinition;
    private readonly ObjectGetters<TDst> _results;

    internal CustomMappingTransformer(
        Action<TSrc, TDst> action, string? contractName, SchemaDefinition? inputDefinition, SchemaDefinition? outputDefinition)
    {
        _action = action;
        _contractName = contractName;
        _inputDefinition = inputDefinition;
        _results = new ObjectGetters<TDst>(MemberColumn.Create(typeof(TDst), outputDefinition, SchemaDefinition.Direction.Write));
        Inputs = SchemaShape.Create(MemberColumn.ToSchema(
            MemberColumn.Create(typeof(TSrc), inputDefinition, SchemaDefinition.Direction.Write)));
        Outputs = SchemaShape.Create(_results.Schema);
    }

    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The columns that the function reads.</summary>
    internal SchemaShape Inputs { get; }

    /// <summary>The columns that the function computes.</summary>
    internal SchemaShape Outputs { get; }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return CreateMap(inputSchema).OutputSchema;
    }

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, CreateMap(input.Schema));
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => CreateMap(inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx)
    {
        if (_contractName is null)
        {
            throw new InvalidOperationException(
                $"The mapping from {typeof(TSrc)} to {typeof(TDst)} has no contract name, so it cannot be saved.");
        }

        CustomMappingFormat.Save(ctx, _contractName, _action.Method.DeclaringType!.Assembly);
    }

    private RowMap CreateMap(DataViewSchema schema) => new(
        schema,
        schema.Select(column => (column, column.Name)),
        new Computed(_action, new ObjectSetters<TSrc>(schema, _inputDefinition, ignoreMissingColumns: false), _results));

    /// <summary>Calls the function when the first of its columns is asked for in a row.</summary>
    private sealed class Computed(Action<TSrc, TDst> action, ObjectSetters<TSrc> inputs, ObjectGetters<TDst> results) : IComputedColumns
    {
        public IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } =
            [.. results.Schema.Select(column => new DataViewSchema.DetachedColumn(column))];

        public IEnumerable<DataViewSchema.Column> Inputs => inputs.Columns;

        public Func<int, Delegate> Bind(DataViewRow input)
        {
            Action<TSrc> fill = inputs.Bind(input);
            TSrc source = new();
            TDst result = new();
            long computed = -1;
            TDst Current()
            {
                if (computed != input.Position)
                {
                    fill(source);
                    action(source, result);
                    computed = input.Position;
                }

                return result;
            }

            return index => (Delegate)Runtime.GenericCall.Invoke(
                results.Create<int>, results.Schema[index].Type.RawType, results.Schema[index], (Func<TDst>)Current);
        }
    }
}
