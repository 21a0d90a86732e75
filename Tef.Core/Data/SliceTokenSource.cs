namespace Tef.Core.Data;

/// <summary>A run of another source, read in place.</summary>
public sealed class SliceTokenSource : ITokenSource
{
    private readonly ITokenSource _source;
    private readonly long _start;

    /// <summary>Takes a run.</summary>
    /// <param name="source">Where the tokens are.</param>
    /// <param name="start">Position of the first token.</param>
    /// <param name="count">Number of tokens.</param>
    /// <param name="textBytes">UTF-8 bytes of the text of the run; zero when unknown.</param>
    /// <exception cref="ArgumentOutOfRangeException">The run does not lie inside the source.</exception>
    public SliceTokenSource(ITokenSource source, long start, long count, long textBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(textBytes);
        TokenGuard.RunInside(start, count, source.Count);
        _source = source;
        _start = start;
        Count = count;
        TextBytes = textBytes;
    }

    /// <inheritdoc />
    public long Count { get; }

    /// <inheritdoc />
    public long TextBytes { get; }

    /// <inheritdoc />
    public int? EndOfText => _source.EndOfText;

    /// <inheritdoc />
    public void Read(long start, Span<int> destination)
    {
        TokenGuard.RunInside(start, destination.Length, Count);
        _source.Read(_start + start, destination);
    }
}
