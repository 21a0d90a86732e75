namespace Tef.Core.Tokenization.Training;

/// <summary>Words as ids of an alphabet, one after the other in one array, and how often each came.</summary>
internal sealed class SymbolWords
{
    private readonly List<int> _starts = [0];
    private readonly List<long> _weights = [];
    private int[] _symbols = new int[1 << 14];
    private int _used;

    /// <summary>Words.</summary>
    public int Count => _weights.Count;

    /// <summary>Symbols of all words.</summary>
    public int SymbolCount => _used;

    /// <summary>The symbols of all words, in their order.</summary>
    public ReadOnlySpan<int> Symbols => _symbols.AsSpan(0, _used);

    /// <summary>Where a word begins and ends in <see cref="Symbols"/>.</summary>
    public (int Start, int End) Range(int word) => (_starts[word], _starts[word + 1]);

    /// <summary>How often the word came.</summary>
    public long Weight(int word) => _weights[word];

    /// <summary>Adds a word.</summary>
    public void Add(ReadOnlySpan<int> symbols, long weight)
    {
        if (symbols.Length > _symbols.Length - _used)
            Array.Resize(ref _symbols, (int)Math.Min(Array.MaxLength, Math.Max(_symbols.Length * 2L, (long)_used + symbols.Length)));
        symbols.CopyTo(_symbols.AsSpan(_used));
        _used += symbols.Length;
        _starts.Add(_used);
        _weights.Add(weight);
    }
}
