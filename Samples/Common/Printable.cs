namespace Tef.Samples.Common;

/// <summary>Text for a terminal.</summary>
public static class Printable
{
    /// <summary>
    /// Replaces control characters except line ends: a model of bytes may say anything, and a terminal would obey.
    /// </summary>
    public static string Text(string text) =>
        string.Create(text.Length, text, (characters, source) =>
        {
            for (int i = 0; i < source.Length; i++)
                characters[i] = char.IsControl(source[i]) && source[i] != '\n' ? '\uFFFD' : source[i];
        });
}
