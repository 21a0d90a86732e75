using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Data;
using Tef.MLNet.Columns;
using Tef.MLNet.Interop;

namespace Tef.MLNet.Tokenization;

/// <summary>How rows become token ids; stored with the vocabulary.</summary>
internal sealed record TokenizingOptions
{
    public required string InputColumnName { get; init; }

    public required string OutputColumnName { get; init; }

    public string? OffsetsColumnName { get; init; }

    public int MaxLength { get; init; }

    public bool AddBegin { get; init; }

    public bool AddEnd { get; init; }

    public string? MetaColumnName { get; init; }

    public MetaOptions Meta { get; init; } = new();

    /// <summary>The column for the number of ids that are meta; null when no meta is used.</summary>
    [JsonIgnore]
    public string? MetaLengthColumnName => MetaColumnName is null ? null : OutputColumnName + "MetaLength";

    public static TokenizingOptions From(TokenizeTextOptions options, string outputColumnName, string inputColumnName) => new()
    {
        InputColumnName = inputColumnName,
        OutputColumnName = outputColumnName,
        OffsetsColumnName = options.OffsetsColumnName,
        MaxLength = options.MaxLength,
        AddBegin = options.AddBegin,
        AddEnd = options.AddEnd,
        MetaColumnName = options.MetaColumnName,
        Meta = options.Meta with { Use = options.MetaColumnName is not null },
    };

    /// <summary>The columns as they are announced before there is data.</summary>
    public IEnumerable<SchemaShape.Column> CreateShapes()
    {
        var annotations = new SchemaShape([
            ColumnAnnotations.ObjectShape<TextTokenizer>(AnnotationKinds.Tokenizer),
            ColumnAnnotations.ObjectShape<TextTokenizingTransformer>(AnnotationKinds.Tokenization),
            ColumnAnnotations.TextShape(AnnotationKinds.SourceColumn),
        ]);
        yield return MicrosoftMLInterop.CreateColumn(
            OutputColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Int32, annotations);
        if (OffsetsColumnName is not null)
        {
            yield return MicrosoftMLInterop.CreateColumn(
                OffsetsColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Int32);
        }

        if (MetaLengthColumnName is not null)
        {
            yield return MicrosoftMLInterop.CreateColumn(
                MetaLengthColumnName, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.Int32);
        }
    }

    /// <summary>The columns of a transformer.</summary>
    public IReadOnlyList<DataViewSchema.DetachedColumn> CreateColumns(TextTokenizingTransformer transformer)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddObject(AnnotationKinds.Tokenizer, transformer.Tokenizer);
        annotations.AddObject(AnnotationKinds.Tokenization, transformer);
        annotations.AddText(AnnotationKinds.SourceColumn, InputColumnName);
        var ids = new VectorDataViewType(NumberDataViewType.Int32);
        var columns = new List<DataViewSchema.DetachedColumn> { new(OutputColumnName, ids, annotations.ToAnnotations()) };
        if (OffsetsColumnName is not null)
            columns.Add(new(OffsetsColumnName, ids));
        if (MetaLengthColumnName is not null)
            columns.Add(new(MetaLengthColumnName, NumberDataViewType.Int32));
        return columns;
    }
}
