namespace Tef.Core.Text.Cleaning;

/// <summary>Makes a text cleaner. Depends on the text alone; safe to use from many threads.</summary>
public interface ITextCleaner
{
    /// <summary>Cleans a text.</summary>
    /// <param name="text">A document.</param>
    /// <returns>The text as the cleaner wants it; possibly empty.</returns>
    string Clean(string text);
}
