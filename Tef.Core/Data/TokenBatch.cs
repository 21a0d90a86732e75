namespace Tef.Core.Data;

/// <summary>Token ids of a forward pass, and what each is to predict.</summary>
public sealed class TokenBatch
{
    /// <summary>The target of padding: it does not count in the loss.</summary>
    public const long IgnoredTarget = -100;

    /// <summary>Makes room for a batch.</summary>
    /// <param name="rows">Number of rows, <c>B</c>.</param>
    /// <param name="length">Tokens of a row, padding included, <c>T</c>.</param>
    public TokenBatch(int rows, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Rows = rows;
        Length = length;
        Inputs = new long[rows * length];
        Targets = new long[rows * length];
    }

    /// <summary>Number of rows, <c>B</c>.</summary>
    public int Rows { get; }

    /// <summary>Tokens of a row, padding included, <c>T</c>.</summary>
    public int Length { get; }

    /// <summary>Ids, row after row, <c>[B·T]</c>.</summary>
    public long[] Inputs { get; }

    /// <summary>The id after each input, <c>[B·T]</c>; <see cref="IgnoredTarget"/> behind padding.</summary>
    public long[] Targets { get; }

    /// <summary>
    /// The first place of each run of tokens that attend to each other, and <c>B·T</c> at the end; null when every row is one run.
    /// Padding is a run of its own.
    /// </summary>
    public int[]? Runs { get; internal set; }

    /// <summary>Position of each token in its document, <c>[B·T]</c>; null when it is the place in the row.</summary>
    public long[]? Positions { get; internal set; }

    /// <summary>Places that hold padding.</summary>
    public int Padding { get; internal set; }

    /// <summary>Cuts the rows into runs before every end-of-text token, so that documents do not attend to each other.</summary>
    /// <param name="endOfText">The id that ends documents, and begins the next.</param>
    /// <param name="restartPositions">Whether positions count from the beginning of each run.</param>
    public void Separate(int endOfText, bool restartPositions)
    {
        var runs = new List<int>();
        long[]? positions = restartPositions ? new long[Inputs.Length] : null;
        for (int i = 0; i < Inputs.Length; i++)
        {
            if (i % Length == 0 || Inputs[i] == endOfText)
                runs.Add(i);
            if (positions is not null)
                positions[i] = i - runs[^1];
        }

        runs.Add(Inputs.Length);
        Runs = [.. runs];
        Positions = positions;
    }
}
