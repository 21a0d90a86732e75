using Spectre.Console;

namespace Tef.Samples.Common;

/// <summary>Colours and bars are for terminals.</summary>
public static class PlainOutput
{
    /// <summary>Gives a file or another program every line as it is; a terminal gets lines of its width.</summary>
    public static void WhereRedirected()
    {
        if (!Console.IsOutputRedirected)
            return;
        AnsiConsole.Profile.Width = 1000;
        AnsiConsole.Profile.Capabilities.Ansi = false;
        AnsiConsole.Profile.Capabilities.Interactive = false;
        AnsiConsole.Profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    }
}
