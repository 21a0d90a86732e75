using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Generation;
using Tef.MLNet.Interop;

namespace Tef.MLNet.TextGeneration;

/// <summary>What a stage of text generation does.</summary>
internal sealed record TextGenerationStage
{
    public const string Name = "GenerateText";

    public required string OutputColumnName { get; init; }

    public string? PromptColumnName { get; init; }

    public LongPrompts LongPrompts { get; init; }

    /// <summary>Stored by themselves, in the form of configuration files.</summary>
    [JsonIgnore]
    public GenerationOptions Options { get; init; } = new();

    [JsonIgnore]
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
