using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Models;
using Tef.MLNet.Columns;
using Tef.MLNet.Interop;

namespace Tef.MLNet.LanguageModels;

/// <summary>The columns that a language model adds to rows; stored with it.</summary>
internal sealed record ScoringOptions
{
    public required string Stage { get; init; }

    public required string TokensColumnName { get; init; }

    public required string LossColumnName { get; init; }

    public required string PerplexityColumnName { get; init; }

    public required string KeptShareColumnName { get; init; }

    public string? GatesColumnName { get; init; }

    public string? KeptColumnName { get; init; }

    public LongRows LongRows { get; init; }

    public static ScoringOptions From(LanguageModelEstimatorOptions options, string tokensColumnName) => new()
    {
        Stage = options.Stage,
        TokensColumnName = tokensColumnName,
        LossColumnName = options.LossColumnName,
        PerplexityColumnName = options.PerplexityColumnName,
        KeptShareColumnName = options.KeptShareColumnName,
        GatesColumnName = options.GatesColumnName,
        KeptColumnName = options.KeptColumnName,
        LongRows = options.LongRows,
    };

    /// <summary>The columns as they are announced before there is data.</summary>
    public IEnumerable<SchemaShape.Column> CreateShapes()
    {
        var annotations = new SchemaShape([ColumnAnnotations.ObjectShape<ILanguageModel>(AnnotationKinds.LanguageModel)]);
        SchemaShape.Column Single(string name, SchemaShape.Column.VectorKind kind) => Column(name, kind, NumberDataViewType.Single);
        SchemaShape.Column Column(string name, SchemaShape.Column.VectorKind kind, DataViewType type) =>
            MicrosoftMLInterop.CreateColumn(name, kind, type, annotations);

        yield return Single(LossColumnName, SchemaShape.Column.VectorKind.Scalar);
        yield return Single(PerplexityColumnName, SchemaShape.Column.VectorKind.Scalar);
        yield return Single(KeptShareColumnName, SchemaShape.Column.VectorKind.Vector);
        if (GatesColumnName is not null)
            yield return Single(GatesColumnName, SchemaShape.Column.VectorKind.VariableVector);
        if (KeptColumnName is not null)
            yield return Column(KeptColumnName, SchemaShape.Column.VectorKind.VariableVector, BooleanDataViewType.Instance);
    }

    /// <summary>The columns of a model.</summary>
    public IReadOnlyList<DataViewSchema.DetachedColumn> CreateColumns(ILanguageModel model)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddObject(AnnotationKinds.LanguageModel, model);
        DataViewSchema.Annotations annotations = builder.ToAnnotations();
        var columns = new List<DataViewSchema.DetachedColumn>
        {
            new(LossColumnName, NumberDataViewType.Single, annotations),
            new(PerplexityColumnName, NumberDataViewType.Single, annotations),
            new(KeptShareColumnName, new VectorDataViewType(NumberDataViewType.Single, model.Options.LayerCount), annotations),
        };
        if (GatesColumnName is not null)
            columns.Add(new(GatesColumnName, new VectorDataViewType(NumberDataViewType.Single), annotations));
        if (KeptColumnName is not null)
            columns.Add(new(KeptColumnName, new VectorDataViewType(BooleanDataViewType.Instance), annotations));
        return columns;
    }
}
