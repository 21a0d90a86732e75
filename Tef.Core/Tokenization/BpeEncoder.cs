using System.Buffers;
using System.Text;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization;

/// <summary>
/// Byte-level BPE for programs that do without ML.NET: the ids and text that <c>BpeTokenizer</c> of Microsoft.ML.Tokenizers gives
/// for the same vocabulary, with its special tokens. Safe to use from many threads, which share a bounded cache of words.
/// </summary>
public sealed class BpeEncoder
{
    private readonly ByteWordEncoder _words;
    private readonly SpecialTokenSet? _specialTokens;
    private readonly int[] _specialIds;
    private readonly byte[][] _bytes;

    /// <summary>An encoder for a vocabulary.</summary>
    public BpeEncoder(BpeVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        Vocabulary = vocabulary;
        _words = new ByteWordEncoder([.. ByteAlphabet.Letters.ToArray().Select(letter => IdOf(letter.ToString()))], vocabulary.MergeTable);
        _specialTokens = vocabulary.SpecialTokens.Count == 0 ? null : new SpecialTokenSet(vocabulary.SpecialTokens);
        _specialIds = [.. vocabulary.SpecialTokens.Select(IdOf)];

        _bytes = new byte[vocabulary.Tokens.Count][];
        for (int id = 0; id < _bytes.Length; id++)
        {
            string token = vocabulary.Tokens[id];
            bool special = Array.IndexOf(_specialIds, id) >= 0;
            _bytes[id] = !special && ByteAlphabet.TryRead(token, out byte[]? bytes) ? bytes : Encoding.UTF8.GetBytes(token);
        }
    }

    /// <summary>The tokens and merges.</summary>
    public BpeVocabulary Vocabulary { get; }

    /// <summary>Appends the ids of a text.</summary>
    /// <param name="text">Any text; surrogates without a partner are encoded too.</param>
    /// <param name="ids">Receives them.</param>
    public void Encode(ReadOnlySpan<char> text, List<int> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var pieces = new Gpt2Pieces(_specialTokens);
        while (pieces.MoveNext(text))
        {
            if (pieces.IsSpecial)
            {
                ids.Add(_specialIds[pieces.Special]);
                continue;
            }

            foreach (Symbol symbol in _words.Encode(text.Slice(pieces.Offset, pieces.Length)))
                ids.Add(symbol.Id);
        }
    }

    /// <summary>The text of ids. Bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="ids">Ids of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not of the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(16, ids.Length * 4));
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)_bytes.Length)
                throw new ArgumentOutOfRangeException(nameof(ids), id, $"The vocabulary has the ids 0 to {_bytes.Length - 1}.");
            bytes.Write(_bytes[id]);
        }

        return Wtf8.GetString(bytes.WrittenSpan);
    }

    private int IdOf(string token) => Vocabulary.TryGetId(token, out int id) ? id : -1;
}
