namespace Tef.Samples.Quickstart.Training;

/// <summary>A document, or the beginning of one.</summary>
internal sealed class TextRow
{
    public string Text { get; set; } = "";
}
