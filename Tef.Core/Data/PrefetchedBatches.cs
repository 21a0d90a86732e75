using System.Threading.Channels;

namespace Tef.Core.Data;

/// <summary>
/// Reads batches ahead on a worker, so that training does not wait for the disk. Which batch comes is decided by its step alone: the
/// same as without a worker, also when steps are read out of order, which is only slower. To be used by one thread.
/// </summary>
/// <param name="batches">Where batches come from.</param>
/// <param name="ahead">Batches to hold ready; none are read ahead when zero.</param>
public sealed class PrefetchedBatches(ITokenBatches batches, int ahead) : ITokenBatches, IDisposable
{
    private Reader? _reader;

    /// <inheritdoc />
    public long BatchesPerEpoch => batches.BatchesPerEpoch;

    /// <inheritdoc />
    public double EpochAt(long step) => batches.EpochAt(step);

    /// <inheritdoc />
    public long TokensAt(long step) => batches.TokensAt(step);

    /// <inheritdoc />
    public TokenBatch Read(long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (ahead <= 0)
            return batches.Read(step);
        if (_reader is null || _reader.Next != step)
        {
            _reader?.Dispose();
            _reader = new Reader(batches, step, ahead);
        }

        return _reader.Take();
    }

    /// <summary>Ends the worker.</summary>
    public void Dispose() => _reader?.Dispose();

    private sealed class Reader : IDisposable
    {
        private readonly Channel<TokenBatch> _channel;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _worker;

        public Reader(ITokenBatches batches, long first, int ahead)
        {
            Next = first;
            _channel = Channel.CreateBounded<TokenBatch>(
                new BoundedChannelOptions(ahead) { SingleReader = true, SingleWriter = true });
            _worker = Task.Run(() => WriteAsync(batches, first));
        }

        /// <summary>The step whose batch comes next.</summary>
        public long Next { get; private set; }

        public TokenBatch Take()
        {
            TokenBatch? batch;
            while (!_channel.Reader.TryRead(out batch))
            {
                // What stopped the worker comes out here.
                if (!_channel.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                    throw new InvalidOperationException("The worker that reads batches has ended.");
            }

            Next++;
            return batch;
        }

        public void Dispose()
        {
            _stop.Cancel();
            _worker.GetAwaiter().GetResult();
            _stop.Dispose();
        }

        private async Task WriteAsync(ITokenBatches batches, long step)
        {
            Exception? failure = null;
            try
            {
                for (; ; step++)
                    await _channel.Writer.WriteAsync(batches.Read(step), _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Disposed: nobody waits any more.
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            _channel.Writer.Complete(failure);
        }
    }
}
