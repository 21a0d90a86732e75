using Microsoft.ML;
using Microsoft.ML.Data;
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

    public static TokenizingOptions From(TokenizeTextOptions options, string outputColumnName, string inputColumnName) => new()
    {
        InputColumnName = inputColumnName,
        OutputColumnName = outputColumnName,
        OffsetsColumnName = options.OffsetsColumnName,
        MaxLength = options.MaxLength,
        AddBegin = options.AddBegin,
        AddEnd = options.AddEnd,
    };

    /// <summary>The columns as they are announced before there is data.</summary>
    public IEnumerable<SchemaShape.Column> CreateShapes()
    {
        var annotations = new SchemaShape([
            ColumnAnnotations.ObjectShape<TextTokenizer>(AnnotationKinds.Tokenizer),
            ColumnAnnotations.TextShape(AnnotationKinds.SourceColumn),
        ]);
        yield return MicrosoftMLInterop.CreateColumn(
            OutputColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Int32, annotations);
        if (OffsetsColumnName is not null)
        {
            yield return MicrosoftMLInterop.CreateColumn(
                OffsetsColumnName, SchemaShape.Column.VectorKind.VariableVector, NumberDataViewType.Int32);
        }
    }

    /// <summary>The columns of a tokenizer.</summary>
    public IReadOnlyList<DataViewSchema.DetachedColumn> CreateColumns(TextTokenizer tokenizer)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddObject(AnnotationKinds.Tokenizer, tokenizer);
        annotations.AddText(AnnotationKinds.SourceColumn, InputColumnName);
        var ids = new VectorDataViewType(NumberDataViewType.Int32);
        var columns = new List<DataViewSchema.DetachedColumn> { new(OutputColumnName, ids, annotations.ToAnnotations()) };
        if (OffsetsColumnName is not null)
            columns.Add(new(OffsetsColumnName, ids));
        return columns;
    }
}
