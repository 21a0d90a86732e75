using Tef.Core.Tokenization.ByteLevel;

namespace Microsoft.ML.Tokenizers;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016), with <see cref="ByteLevel"/> that of GPT-2. Safe to use from many threads.
/// </summary>
public sealed partial class BpeTokenizer : Tokenizer
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<int, string> _tokens;
    private readonly WordEncoder _words;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _specialIds;
    private readonly Dictionary<int, string> _specialTokens = [];
    private readonly ulong _specialLengths;
    private readonly int _unknownId = -1;
    private readonly (int Id, string Token)? _beginning;
    private readonly (int Id, string Token)? _end;

    private BpeTokenizer(Dictionary<string, int> vocabulary, IReadOnlyCollection<MergeRule> merges, string mergesName, BpeOptions options)
    {
        _vocabulary = vocabulary;
        ByteLevel = options.ByteLevel;
        ContinuingSubwordPrefix = options.ContinuingSubwordPrefix;
        EndOfWordSuffix = options.EndOfWordSuffix;
        FuseUnknownTokens = options.FuseUnknownTokens;
        UnknownToken = options.UnknownToken;
        SpecialTokens = options.SpecialTokens;
        PreTokenizer = options.PreTokenizer ?? PreTokenizer.CreateWordOrNonWord();
        Normalizer = options.Normalizer;

        _tokens = new Dictionary<int, string>(vocabulary.Count);
        foreach ((string token, int id) in vocabulary)
        {
            if (!_tokens.TryAdd(id, token))
                throw new InvalidDataException($"The tokens '{_tokens[id]}' and '{token}' of the vocabulary have the same id {id}.");
        }

        var specialIds = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string token, int id) in options.SpecialTokens ?? new Dictionary<string, int>())
        {
            specialIds.Add(token, id);
            if (!_specialTokens.TryAdd(id, token))
                throw new ArgumentException($"The special tokens '{_specialTokens[id]}' and '{token}' have the same id {id}.");
            _specialLengths |= LengthBit(token.Length);
        }

        _specialIds = specialIds.GetAlternateLookup<ReadOnlySpan<char>>();

        if (UnknownToken is not null && !vocabulary.TryGetValue(UnknownToken, out _unknownId))
            throw new InvalidOperationException($"The unknown token '{UnknownToken}' is not in the vocabulary.");
        _beginning = FindBorder(options.BeginningOfSentenceToken, "beginning");
        _end = FindBorder(options.EndOfSentenceToken, "end");

        MergeTable table = MergeRule.Tabulate(merges, vocabulary, mergesName, ContinuingSubwordPrefix?.Length ?? 0);
        _words = ByteLevel && string.IsNullOrEmpty(ContinuingSubwordPrefix) && string.IsNullOrEmpty(EndOfWordSuffix)
            ? new ByteWordEncoder(ByteIds(), table, _unknownId, FuseUnknownTokens)
            : new CharacterWordEncoder(
                vocabulary, table, ByteLevel, ContinuingSubwordPrefix, EndOfWordSuffix, _unknownId, FuseUnknownTokens);
    }

    /// <summary>Tokens and their ids.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary => _vocabulary.AsReadOnly();

    /// <summary>Tokens that are not made by merges, and their ids.</summary>
    public IReadOnlyDictionary<string, int>? SpecialTokens { get; }

    /// <summary>Stands for characters that the vocabulary lacks; they are left out when it is null.</summary>
    public string? UnknownToken { get; }

    /// <summary>What tokens that do not begin a word begin with.</summary>
    public string? ContinuingSubwordPrefix { get; }

    /// <summary>What tokens that end a word end with.</summary>
    public string? EndOfWordSuffix { get; }

    /// <summary>Whether neighbouring unknown characters make one unknown token.</summary>
    public bool FuseUnknownTokens { get; }

    /// <summary>Whether words are split into bytes, spelled in GPT-2's alphabet, instead of characters.</summary>
    public bool ByteLevel { get; }

    /// <summary>A token that is put before every text.</summary>
    public string? BeginningOfSentenceToken => _beginning?.Token;

    /// <inheritdoc/>
    public override PreTokenizer? PreTokenizer { get; }

    /// <inheritdoc/>
    public override Normalizer? Normalizer { get; }

    private static ulong LengthBit(int length) => 1UL << Math.Min(length, 63);

    private (int Id, string Token)? FindBorder(string? token, string which)
    {
        if (token is null)
            return null;
        if (_vocabulary.TryGetValue(token, out int id) || SpecialTokens?.TryGetValue(token, out id) == true)
            return (id, token);
        throw new InvalidOperationException(
            $"The {which} of sentence token '{token}' is neither in the vocabulary nor among the special tokens.");
    }

    private int[] ByteIds()
    {
        int[] ids = new int[256];
        for (int value = 0; value < ids.Length; value++)
            ids[value] = _vocabulary.TryGetValue(ByteAlphabet.Letters[value].ToString(), out int id) ? id : -1;
        return ids;
    }
}
