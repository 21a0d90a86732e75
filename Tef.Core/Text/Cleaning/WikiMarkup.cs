using System.Text.RegularExpressions;

namespace Tef.Core.Text.Cleaning;

/// <summary>The markup of wiki40b (Guo et al., "Wiki-40B", 2020) as line ends.</summary>
internal sealed partial class WikiMarkup : ITextCleaner
{
    public string Clean(string text) => text.Contains('_') ? Markup().Replace(text, "\n") : text;

    [GeneratedRegex(@"\n?(?:_START_ARTICLE_|_START_SECTION_|_START_PARAGRAPH_)\n?|_NEWLINE_")]
    private static partial Regex Markup();
}
