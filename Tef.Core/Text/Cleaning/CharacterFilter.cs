using System.Globalization;
using System.Text;

namespace Tef.Core.Text.Cleaning;

/// <summary>Replaces characters outside a set.</summary>
/// <param name="characters">Characters that stay.</param>
/// <param name="replacement">What stands for the others.</param>
internal sealed class CharacterFilter(IEnumerable<char> characters, string replacement) : ITextCleaner
{
    private readonly HashSet<Rune> _characters = [.. string.Concat(characters).EnumerateRunes()];

    /// <summary>Whether combining marks outside the set go without a trace, so that a word stays a word.</summary>
    public bool DropMarks { get; init; } = true;

    /// <summary>Whether a run of other characters gets one replacement.</summary>
    public bool JoinRuns { get; init; }

    public string Clean(string text)
    {
        var result = new StringBuilder(text.Length);
        bool replaced = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (_characters.Contains(rune))
            {
                result.Append(rune);
                replaced = false;
            }
            else if (!DropMarks || !IsMark(rune))
            {
                if (!replaced || !JoinRuns)
                    result.Append(replacement);
                replaced = true;
            }
        }

        return result.ToString();
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
