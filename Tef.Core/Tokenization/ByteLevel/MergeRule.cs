namespace Tef.Core.Tokenization.ByteLevel;

/// <summary>A line of a merges file: two tokens that become one.</summary>
/// <param name="Left">The first token.</param>
/// <param name="Right">The second token.</param>
/// <param name="Line">Where it stands, counted from one: the line of its file, or its place in a list.</param>
internal readonly record struct MergeRule(string Left, string Right, int Line)
{
    /// <summary>Reads "left right"; false unless there are two tokens with one space between.</summary>
    public static bool TryParse(string text, int line, out MergeRule rule)
    {
        int space = text.IndexOf(' ');
        bool valid = space > 0 && space < text.Length - 1 && text.IndexOf(' ', space + 1) < 0;
        rule = valid ? new MergeRule(text[..space], text[(space + 1)..], line) : default;
        return valid;
    }

    /// <summary>Fills a table with merges in their order of rank.</summary>
    /// <param name="rules">The merges.</param>
    /// <param name="vocabulary">Ids of tokens.</param>
    /// <param name="source">The file that errors name.</param>
    /// <param name="prefixLength">Characters of the right token that do not become part of the merged one.</param>
    /// <exception cref="InvalidDataException">A token is not in the vocabulary, or a pair comes twice.</exception>
    public static MergeTable Tabulate(
        IReadOnlyCollection<MergeRule> rules, IReadOnlyDictionary<string, int> vocabulary, string source, int prefixLength = 0)
    {
        var table = new MergeTable(rules.Count);
        foreach (MergeRule rule in rules)
        {
            if (rule.Right.Length < prefixLength)
            {
                throw new InvalidDataException(
                    $"{source}, line {rule.Line}: '{rule.Right}' lacks the prefix of {prefixLength} characters.");
            }

            int left = IdOf(rule.Left, rule, vocabulary, source);
            int right = IdOf(rule.Right, rule, vocabulary, source);
            int result = IdOf(string.Concat(rule.Left, rule.Right.AsSpan(prefixLength)), rule, vocabulary, source);
            if (!table.TryAdd(left, right, result))
                throw new InvalidDataException($"{source}, line {rule.Line}: the merge '{rule.Left} {rule.Right}' is there twice.");
        }

        return table;
    }

    private static int IdOf(string token, MergeRule rule, IReadOnlyDictionary<string, int> vocabulary, string source)
    {
        return vocabulary.TryGetValue(token, out int id)
            ? id
            : throw new InvalidDataException(
                $"{source}, line {rule.Line}: the merge '{rule.Left} {rule.Right}' needs the token '{token}', which the vocabulary lacks. "
                + "The vocabulary and the merges do not belong together.");
    }
}
