namespace Tef.Samples.Quickstart.CommandLine;

/// <summary>What the program tells its caller; the help text lists the same.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command line, a file or an option is wrong; one line on the error stream says what.</summary>
    public const int Mistake = 1;

    /// <summary>The saved model did not give the text that the trained one gave.</summary>
    public const int ReloadDiffers = 2;

    /// <summary>Interrupted by Ctrl-C or a request to terminate; what was learned so far has been saved.</summary>
    public const int Interrupted = 130;
}
