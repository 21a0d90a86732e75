using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Generation;
using Tef.MLNet.Interop;

namespace Tef.MLNet.TextGeneration;

/// <summary>What a stage of text generation does; stored as it is.</summary>
internal sealed record TextGenerationStage
{
    public const string Name = "GenerateText";

    public required string OutputColumnName { get; init; }

    public string? PromptColumnName { get; init; }

    public LongPrompts LongPrompts { get; init; }

    public required GenerationOptions Options { get; init; }

    public bool HasSeveralTexts => Options.ReturnSequences > 1;

    /// <summary>The column as it is announced before there is data.</summary>
    public SchemaShape.Column CreateShape() => MicrosoftMLInterop.CreateColumn(
        OutputColumnName,
        HasSeveralTexts ? SchemaShape.Column.VectorKind.Vector : SchemaShape.Column.VectorKind.Scalar,
        TextDataViewType.Instance);

    public DataViewSchema.DetachedColumn CreateColumn() => new(
        OutputColumnName,
        HasSeveralTexts ? new VectorDataViewType(TextDataViewType.Instance, Options.ReturnSequences) : TextDataViewType.Instance);
}
