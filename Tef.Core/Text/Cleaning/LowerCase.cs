namespace Tef.Core.Text.Cleaning;

/// <summary>Lower case by the simple mappings of Unicode, without regard to the culture of the machine.</summary>
internal sealed class LowerCase(WrittenLanguage language) : ITextCleaner
{
    public string Clean(string text)
    {
        // İ has no simple mapping of its own in the invariant culture; its lower case is i everywhere.
        if (language.HasDotlessI)
            text = text.Replace('I', 'ı');
        return text.Replace('İ', 'i').ToLowerInvariant();
    }
}
