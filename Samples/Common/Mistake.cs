namespace Tef.Samples.Common;

/// <summary>Tells what a user can put right from what only a programmer can.</summary>
public static class Mistake
{
    /// <summary>Whether the exception speaks of a file, an option or the text, and its message says enough.</summary>
    public static bool Is(Exception problem) => problem is
        ArgumentException or IOException or UnauthorizedAccessException or FormatException or InvalidDataException
        or InvalidOperationException or NotSupportedException;

    /// <summary>The message in one line, without the parameter's name that <see cref="ArgumentException"/> adds.</summary>
    public static string Describe(Exception problem)
    {
        string message = problem.Message.ReplaceLineEndings("\n").Split('\n')[0];
        int parameter = problem is ArgumentException ? message.IndexOf(" (Parameter '", StringComparison.Ordinal) : -1;
        return parameter < 0 ? message : message[..parameter];
    }
}
