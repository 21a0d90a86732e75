using static TorchSharp.torch;

namespace Tef.Backends.Torch.Decoding;

/// <summary>
/// Keys and values of one block for a number of sequences, <c>[R, H, capacity, D]</c> each. Sequences may hold different
/// numbers of tokens, since a block with a filter stores those alone that it kept.
/// </summary>
internal sealed class KeyValueCache : IDisposable
{
    private const int InitialCapacity = 32;

    private readonly int _headSize;
    private readonly int _maximum;
    private readonly Device _device;
    private int[] _lengths;

    /// <param name="rows">Number of sequences.</param>
    /// <param name="heads">Heads of the block.</param>
    /// <param name="headSize">Numbers per head.</param>
    /// <param name="maximum">The most tokens a sequence can hold.</param>
    /// <param name="device">Where keys and values lie.</param>
    public KeyValueCache(int rows, int heads, int headSize, int maximum, Device device)
    {
        Heads = heads;
        _headSize = headSize;
        _maximum = maximum;
        _device = device;
        _lengths = new int[rows];
        (Keys, Values) = Allocate(rows, Math.Min(InitialCapacity, maximum));
    }

    public int Heads { get; }

    public int Rows => _lengths.Length;

    /// <summary><c>[R, H, capacity, D]</c>.</summary>
    public Tensor Keys { get; private set; }

    /// <summary><c>[R, H, capacity, D]</c>.</summary>
    public Tensor Values { get; private set; }

    /// <summary>Bytes of the keys and values of the tokens held.</summary>
    public long Bytes => 2L * sizeof(float) * Heads * _headSize * _lengths.Sum(length => (long)length);

    public int Length(int row) => _lengths[row];

    /// <summary>The keys and values of one sequence, views <c>[H, length, D]</c>.</summary>
    public (Tensor Keys, Tensor Values) Row(int row) =>
        (Keys[row].narrow(1, 0, _lengths[row]), Values[row].narrow(1, 0, _lengths[row]));

    /// <summary>Makes room for more tokens in every sequence.</summary>
    /// <param name="count">The most tokens that will be added to one sequence.</param>
    public void Reserve(int count)
    {
        int needed = (_lengths.Length == 0 ? 0 : _lengths.Max()) + count;
        int capacity = (int)Keys.shape[2];
        if (needed <= capacity)
            return;
        var (keys, values) = Allocate(Rows, Math.Min(_maximum, Math.Max(needed, 2 * capacity)));
        keys.narrow(2, 0, capacity).copy_(Keys);
        values.narrow(2, 0, capacity).copy_(Values);
        Replace(keys, values);
    }

    /// <summary>Counts tokens that were written behind the end of a sequence.</summary>
    public void Advance(int row, int count) => _lengths[row] += count;

    /// <summary>Adds tokens to one sequence.</summary>
    /// <param name="row">The sequence.</param>
    /// <param name="keys"><c>[H, n, D]</c>.</param>
    /// <param name="values"><c>[H, n, D]</c>.</param>
    /// <param name="stored">Which of the tokens to store, <c>[n]</c>; all when empty.</param>
    /// <returns>How many keys of the cache each of the tokens sees, <c>[n]</c>.</returns>
    public int[] Append(int row, Tensor keys, Tensor values, ReadOnlySpan<bool> stored)
    {
        int count = (int)keys.shape[1];
        Reserve(count);
        var limits = new int[count];
        for (int i = 0; i < count; i++)
        {
            if (stored.IsEmpty || stored[i])
            {
                Keys[row].narrow(1, _lengths[row], 1).copy_(keys.narrow(1, i, 1));
                Values[row].narrow(1, _lengths[row], 1).copy_(values.narrow(1, i, 1));
                _lengths[row]++;
            }
            limits[i] = _lengths[row];
        }
        return limits;
    }

    /// <summary>Continues from chosen sequences; their number may change.</summary>
    public void SelectRows(ReadOnlySpan<int> parents)
    {
        using var scope = NewDisposeScope();
        var index = tensor(Array.ConvertAll(parents.ToArray(), parent => (long)parent), device: _device);
        var lengths = new int[parents.Length];
        for (int row = 0; row < parents.Length; row++)
            lengths[row] = _lengths[parents[row]];
        _lengths = lengths;
        Replace(Keys.index_select(0, index).DetachFromDisposeScope(), Values.index_select(0, index).DetachFromDisposeScope());
    }

    public void Reset() => Array.Clear(_lengths);

    public void Dispose()
    {
        Keys.Dispose();
        Values.Dispose();
    }

    private (Tensor Keys, Tensor Values) Allocate(int rows, int capacity) =>
        (zeros(rows, Heads, capacity, _headSize, device: _device).DetachFromDisposeScope(),
         zeros(rows, Heads, capacity, _headSize, device: _device).DetachFromDisposeScope());

    private void Replace(Tensor keys, Tensor values)
    {
        Dispose();
        (Keys, Values) = (keys, values);
    }
}
