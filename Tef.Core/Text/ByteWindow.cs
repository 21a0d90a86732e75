namespace Tef.Core.Text;

/// <summary>The unread bytes of a stream as a span that grows on demand, with the position and the line of its start.</summary>
internal sealed class ByteWindow(Stream stream, string source) : IDisposable
{
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>What to call the stream in messages.</summary>
    public string Source { get; } = source;

    /// <summary>Bytes consumed so far.</summary>
    public long Position { get; private set; }

    /// <summary>The line of the first unread byte, counted from one.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Whether the stream has no bytes beyond <see cref="Unread"/>.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Bytes that were read from the stream and not yet consumed; valid until the next call.</summary>
    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Reads on until at least so many bytes are unread or the stream ends.</summary>
    public void Fill(int count)
    {
        while (_end - _start < count && !IsComplete)
        {
            if (_end == _buffer.Length)
                MakeRoom();
            int read;
            try
            {
                read = stream.Read(_buffer, _end, _buffer.Length - _end);
            }
            catch (InvalidDataException exception)
            {
                throw new InvalidDataException($"{Source}: the compressed data is damaged: {exception.Message}", exception);
            }

            _end += read;
            IsComplete = read == 0;
        }
    }

    /// <summary>Reads on by a good portion, at least a byte unless the stream ends.</summary>
    public void FillMore() => Fill(_end - _start + 1);

    /// <summary>Passes over the first unread bytes.</summary>
    public void Consume(int count)
    {
        Line += Unread[..count].Count((byte)'\n');
        Position += count;
        _start += count;
    }

    public void Dispose() => stream.Dispose();

    private void MakeRoom()
    {
        int length = _end - _start;
        if (length > _buffer.Length / 2)
        {
            byte[] larger = new byte[(int)Math.Min(2L * _buffer.Length, Array.MaxLength)];
            _buffer.AsSpan(_start, length).CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            _buffer.AsSpan(_start, length).CopyTo(_buffer);
        }

        _start = 0;
        _end = length;
    }
}
