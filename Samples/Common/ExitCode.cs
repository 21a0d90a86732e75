namespace Tef.Samples.Common;

/// <summary>What a program tells its caller; the help texts list the same.</summary>
public static class ExitCode
{
    public const int Success = 0;

    /// <summary>The command line, a file or an option is wrong; one line on the error stream says what.</summary>
    public const int Mistake = 1;

    /// <summary>Interrupted by Ctrl-C or a request to terminate; what was learned so far has been saved.</summary>
    public const int Interrupted = 130;
}
