using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tef.Core.IO;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Core.Tokenization;

/// <summary>
/// The tokens and merges of a byte-level BPE tokenizer, as GPT-2 has them: in the files <c>vocab.json</c> and <c>merges.txt</c>,
/// which Hugging Face's tools read and write. Tokens are spelled in GPT-2's alphabet, where printable Latin-1 characters stand for
/// their byte and others, such as <c>Ġ</c> for the space, for the rest. Immutable.
/// </summary>
public sealed class BpeVocabulary
{
    /// <summary>The name of the file of tokens and ids.</summary>
    public const string VocabularyFileName = "vocab.json";

    /// <summary>The name of the file of merges.</summary>
    public const string MergesFileName = "merges.txt";

    private readonly FrozenDictionary<string, int> _ids;

    /// <summary>A vocabulary of the given parts.</summary>
    /// <param name="tokens">Tokens by id: those of all 256 bytes, those that merges make, and special tokens, in any order.</param>
    /// <param name="merges">Pairs of tokens that become one, first those that are merged first.</param>
    /// <exception cref="InvalidDataException">A token comes twice, a byte has none, or a merge needs one that is not there.</exception>
    public BpeVocabulary(IReadOnlyList<string> tokens, IReadOnlyList<(string Left, string Right)> merges)
        : this(tokens, [.. merges.Select((merge, i) => new MergeRule(merge.Left, merge.Right, i + 1))], "vocabulary", "merges")
    {
    }

    private BpeVocabulary(IReadOnlyList<string> tokens, IReadOnlyList<MergeRule> rules, string vocabularyName, string mergesName)
    {
        var ids = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (int id = 0; id < tokens.Count; id++)
        {
            if (!ids.TryAdd(tokens[id], id))
                throw new InvalidDataException($"{vocabularyName}: the token '{tokens[id]}' has the ids {ids[tokens[id]]} and {id}.");
        }

        for (int value = 0; value < 256; value++)
        {
            string letter = ByteAlphabet.Letters[value].ToString();
            if (!ids.ContainsKey(letter))
                throw new InvalidDataException($"{vocabularyName}: byte 0x{value:X2} has no token, expected '{letter}'.");
        }

        MergeTable = MergeRule.Tabulate(rules, ids, mergesName);
        Tokens = tokens;
        Merges = [.. rules.Select(rule => (rule.Left, rule.Right))];
        _ids = ids.ToFrozenDictionary(StringComparer.Ordinal);

        var made = new HashSet<string>(Alphabet.Concat(rules.Select(rule => rule.Left + rule.Right)), StringComparer.Ordinal);
        SpecialTokens = [.. tokens.Where(token => !made.Contains(token))];
    }

    /// <summary>Tokens by id.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Pairs of tokens that become one, first those that are merged first.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>Tokens that are neither a byte nor made by a merge, in the order of their ids.</summary>
    public IReadOnlyList<string> SpecialTokens { get; }

    /// <summary>The tokens of the 256 bytes in the order that GPT-2 gives them: bytes that stand for themselves, then the others.</summary>
    internal static IReadOnlyList<string> Alphabet { get; } =
        [.. ByteAlphabet.Letters.ToArray().Order().Select(letter => letter.ToString())];

    internal MergeTable MergeTable { get; }

    /// <summary>The id of a token.</summary>
    /// <param name="token">The token, spelled as in the vocabulary.</param>
    /// <param name="id">Its id.</param>
    /// <returns>Whether there is such a token.</returns>
    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    /// <summary>Reads <c>vocab.json</c> and <c>merges.txt</c> from a folder.</summary>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">
    /// A file is damaged, or they do not belong together. The message has the file and the line.
    /// </exception>
    public static BpeVocabulary Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Load(Path.Combine(folder, VocabularyFileName), Path.Combine(folder, MergesFileName));
    }

    /// <summary>Reads a vocabulary file and a merges file.</summary>
    /// <inheritdoc cref="Load(string)" path="/exception"/>
    public static BpeVocabulary Load(string vocabularyFile, string mergesFile)
    {
        ArgumentNullException.ThrowIfNull(vocabularyFile);
        ArgumentNullException.ThrowIfNull(mergesFile);
        foreach (string file in (ReadOnlySpan<string>)[vocabularyFile, mergesFile])
        {
            if (!File.Exists(file))
            {
                throw new FileNotFoundException(
                    $"The tokenizer file '{file}' does not exist. A GPT-2 folder has it, and BPE training writes it.", file);
            }
        }

        using FileStream vocabulary = File.OpenRead(vocabularyFile);
        using FileStream merges = File.OpenRead(mergesFile);
        return Read(vocabulary, merges);
    }

    /// <summary>Reads a vocabulary and merges; errors name them by their paths when the streams are files.</summary>
    /// <param name="vocabulary">The content of a <c>vocab.json</c>.</param>
    /// <param name="merges">The content of a <c>merges.txt</c>.</param>
    /// <exception cref="InvalidDataException">
    /// The content is damaged, or the two do not belong together. The message has the file and the line.
    /// </exception>
    public static BpeVocabulary Read(Stream vocabulary, Stream merges)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(merges);

        string vocabularyName = BpeFileReader.NameOf(vocabulary, VocabularyFileName);
        string mergesName = BpeFileReader.NameOf(merges, MergesFileName);
        using var json = new MemoryStream();
        vocabulary.CopyTo(json);
        Dictionary<string, int> ids = BpeFileReader.ReadVocabulary(json.GetBuffer().AsSpan(0, (int)json.Length), vocabularyName);
        using var lines = new StreamReader(merges, Encoding.UTF8, leaveOpen: true);
        List<MergeRule> rules = BpeFileReader.ReadMerges(lines, mergesName);
        return new BpeVocabulary(ById(ids, vocabularyName), rules, vocabularyName, mergesName);
    }

    /// <summary>Writes <c>vocab.json</c> and <c>merges.txt</c> into a folder, made if need be. Old files are replaced whole.</summary>
    public void Save(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var vocabulary = new AtomicFile(Path.Combine(folder, VocabularyFileName));
        using var merges = new AtomicFile(Path.Combine(folder, MergesFileName));
        Write(vocabulary.Stream, merges.Stream);
        vocabulary.Commit();
        merges.Commit();
    }

    /// <summary>Writes the content of a <c>vocab.json</c> and of a <c>merges.txt</c>.</summary>
    /// <param name="vocabulary">Receives the tokens and ids.</param>
    /// <param name="merges">Receives the merges.</param>
    public void Write(Stream vocabulary, Stream merges)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentNullException.ThrowIfNull(merges);

        // Other tools write letters such as Ġ as they are.
        using (var json = new Utf8JsonWriter(vocabulary, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            for (int id = 0; id < Tokens.Count; id++)
                json.WriteNumber(Tokens[id], id);
            json.WriteEndObject();
        }

        using var lines = new StreamWriter(merges, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        lines.Write("#version: 0.2\n");
        foreach ((string left, string right) in Merges)
            lines.Write($"{left} {right}\n");
    }

    private static string[] ById(Dictionary<string, int> ids, string source)
    {
        string[] tokens = new string[ids.Count];
        foreach ((string token, int id) in ids)
        {
            if (id >= tokens.Length)
            {
                throw new InvalidDataException(
                    $"{source}: the token '{token}' has the id {id}, expected ids from 0 to {tokens.Length - 1}.");
            }

            tokens[id] = token;
        }

        return tokens;
    }
}
