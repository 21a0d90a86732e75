namespace Tef.Core.Text.Corpora;

/// <summary>Work on many items by several threads, with the results in the order of the items.</summary>
internal static class ParallelOrder
{
    private const int ChunkSize = 256;

    /// <summary>Maps items as they are needed, a chunk at a time, so that a corpus may be larger than memory.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IEnumerable<TResult> Select<TItem, TResult>(
        IEnumerable<TItem> items, Func<TItem, TResult> map, CancellationToken cancellation)
    {
        var options = new ParallelOptions { CancellationToken = cancellation };
        foreach (TItem[] chunk in items.Chunk(ChunkSize))
        {
            var results = new TResult[chunk.Length];
            try
            {
                Parallel.For(0, chunk.Length, options, i => results[i] = map(chunk[i]));
            }
            catch (AggregateException exception)
            {
                // One item's mistake is not a mistake of the whole.
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
            }

            foreach (TResult result in results)
                yield return result;
        }
    }
}
