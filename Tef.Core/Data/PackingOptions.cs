using System.Text.Json.Serialization;

namespace Tef.Core.Data;

/// <summary>What the rows of a training batch are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PackingMode>))]
public enum PackingMode
{
    /// <summary>Runs of the text of equal length, wherever documents begin and end. No token is wasted.</summary>
    Blocks,

    /// <summary>
    /// One document each, or a piece of one that is longer than a sequence. Shorter rows are padded to the longest of their batch;
    /// padding is no key to anyone, is dropped by token filters and does not count in the loss.
    /// </summary>
    Documents,
}

/// <summary>How a text becomes training sequences.</summary>
public sealed record PackingOptions
{
    /// <summary>What the rows of a batch are.</summary>
    public PackingMode Mode { get; init; } = PackingMode.Blocks;

    /// <summary>
    /// Lets a token attend to tokens of its own document alone, also where a block holds several, and lets token selectors rank it
    /// among those alone. Rows of <see cref="PackingMode.Documents"/> hold one, so there it is always so.
    /// </summary>
    public bool SeparateDocuments { get; init; }

    /// <summary>
    /// Counts positions from the beginning of each document when documents are separate; otherwise they go on through the block.
    /// A document that began in an earlier block counts from the beginning of its block.
    /// </summary>
    public bool RestartPositions { get; init; } = true;

    /// <summary>
    /// Tokens between the beginnings of two neighbouring sequences of a text or long document; the sequence length when zero.
    /// Smaller ones overlap: each token is seen with more before it, and <c>length / stride</c> times an epoch.
    /// </summary>
    public int Stride { get; init; }

    /// <summary>
    /// Makes batches of documents of similar length, so that little is padded; their order stays random. For
    /// <see cref="PackingMode.Documents"/>.
    /// </summary>
    public bool GroupByLength { get; init; } = true;

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Mode))
            throw new ArgumentOutOfRangeException(nameof(Mode), Mode, $"Mode must be Blocks or Documents, but is {(int)Mode}.");
        OptionGuard.AtLeast(Stride, 0);
    }

    /// <summary>Prepares the training batches of a text.</summary>
    /// <param name="source">The text.</param>
    /// <param name="sequenceLength">The longest row, <c>T</c>.</param>
    /// <param name="batchSize">Rows of a batch, <c>B</c>.</param>
    /// <param name="seed">The same seed gives the same batches.</param>
    /// <exception cref="ArgumentException">
    /// The text is too short, the stride longer than a sequence, or documents are asked for in a text whose end-of-text token is not
    /// known.
    /// </exception>
    public ITokenBatches CreateBatches(ITokenSource source, int sequenceLength, int batchSize, int seed) =>
        Mode == PackingMode.Documents
            ? new DocumentBatches(source, sequenceLength, batchSize, seed, this)
            : new TokenBatches(source, sequenceLength, batchSize, seed, this);

    /// <summary>The stride in use for sequences of a length.</summary>
    /// <exception cref="ArgumentException">It is longer than a sequence, so that tokens would be left out.</exception>
    internal int StrideOf(int sequenceLength)
    {
        OptionGuard.Between(Stride, 0, sequenceLength, nameof(Stride));
        return Stride > 0 ? Stride : sequenceLength;
    }

    /// <summary>The token that ends documents.</summary>
    /// <exception cref="ArgumentException">The text does not know it.</exception>
    internal static int EndOfText(ITokenSource source) => source.EndOfText
        ?? throw new ArgumentException(
            "Packing by documents needs the end-of-text token, but this text does not say which it is (ITokenSource.EndOfText).");
}
