using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Tef.Tests.MicrosoftML;

/// <summary>
/// A component outside the library: adds <c>Length</c>, the length of <c>Text</c> plus an offset that it keeps in the model file.
/// </summary>
internal sealed class LengthTransformer(int offset) : ITransformer, IEstimator<LengthTransformer>
{
    public const string Loader = "TefTestLength";
    public const string Signature = "TEFTLENG";

    /// <summary>How many lengths were computed so far.</summary>
    public int Computed;

    public int Offset => offset;

    /// <summary>The version that <see cref="Save"/> writes.</summary>
    public uint SavedVersion { get; init; } = 0x00010001;

    public bool IsRowToRowMapper => true;

    public static void Register(MLContext ml) => ModelDoor.AddLoader(ml.ComponentCatalog, typeof(LengthTransformer), Loader, nameof(Load));

    public LengthTransformer Fit(IDataView input)
    {
        GetOutputSchema(input.Schema);
        return this;
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => new(
        [.. inputSchema, ModelDoor.Column("Length", SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Int32)]);

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => GetRowToRowMapper(inputSchema).OutputSchema;

    public IDataView Transform(IDataView input) => new View(input, new Mapper(this, input.Schema));

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new Mapper(this, inputSchema);

    public void Save(ModelSaveContext ctx)
    {
        ModelDoor.SetVersionInfo(ctx, ModelDoor.Version(Signature, SavedVersion, Loader));
        ModelDoor.SaveBinaryStream(ctx, "offset.bin", writer => writer.Write(offset));
    }

    private static LengthTransformer Load(IHostEnvironment env, object context)
    {
        ModelDoor.CheckVersion(context, ModelDoor.Version(Signature, 0x00010001, Loader));
        int offset = 0;
        if (!ModelDoor.TryLoadBinaryStream(context, "offset.bin", reader => offset = reader.ReadInt32()))
            throw new FormatException("offset.bin is missing");
        using IChannel channel = env.Start(Loader);
        channel.Info(MessageSensitivity.None, "Offset {0} loaded", offset);
        return new LengthTransformer(offset);
    }

    private sealed class Mapper(LengthTransformer parent, DataViewSchema input) : IRowToRowMapper
    {
        private readonly DataViewSchema.Column _text = input["Text"];

        public DataViewSchema InputSchema => input;

        public DataViewSchema OutputSchema { get; } = Extend(input);

        public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
            dependingColumns.Select(column => column.Index < input.Count ? input[column.Index] : _text).DistinctBy(column => column.Index);

        public DataViewRow GetRow(DataViewRow row, IEnumerable<DataViewSchema.Column> activeColumns) => new Row(this, row);

        public ValueGetter<TValue> Getter<TValue>(DataViewRow row, DataViewSchema.Column column)
        {
            if (column.Index < input.Count)
                return row.GetGetter<TValue>(row.Schema[column.Index]);
            ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(row.Schema[_text.Index]);
            ReadOnlyMemory<char> text = default;
            ValueGetter<int> length = (ref int value) =>
            {
                getter(ref text);
                Interlocked.Increment(ref parent.Computed);
                value = text.Length + parent.Offset;
            };
            return (ValueGetter<TValue>)(Delegate)length;
        }

        private static DataViewSchema Extend(DataViewSchema input)
        {
            DataViewSchema.Builder builder = new();
            builder.AddColumns(input);
            builder.AddColumn("Length", NumberDataViewType.Int32);
            return builder.ToSchema();
        }
    }

    private sealed class Row(Mapper mapper, DataViewRow input) : DataViewRow
    {
        public override DataViewSchema Schema => mapper.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapper.Getter<TValue>(input, column);
    }

    private sealed class View(IDataView input, Mapper mapper) : IDataView
    {
        public DataViewSchema Schema => mapper.OutputSchema;

        public bool CanShuffle => input.CanShuffle;

        public long? GetRowCount() => input.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
            new Cursor(input.GetRowCursor(mapper.GetDependencies(columnsNeeded), rand), mapper);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
            [.. input.GetRowCursorSet(mapper.GetDependencies(columnsNeeded), n, rand).Select(cursor => new Cursor(cursor, mapper))];
    }

    private sealed class Cursor(DataViewRowCursor input, Mapper mapper) : DataViewRowCursor
    {
        public override DataViewSchema Schema => mapper.OutputSchema;

        public override long Position => input.Position;

        public override long Batch => input.Batch;

        public override bool MoveNext() => input.MoveNext();

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => mapper.Getter<TValue>(input, column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
