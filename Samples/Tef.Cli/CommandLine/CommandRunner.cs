using System.CommandLine;
using System.CommandLine.Parsing;
using Tef.Cli.Commands;
using Tef.Samples.Common;

namespace Tef.Cli.CommandLine;

/// <summary>Parses and runs the command line. What a user did wrong is one line on the error stream.</summary>
internal static class CommandRunner
{
    private const string About = "A lab for GPT-2-class language models with token filtering (TEF): train, measure, generate, look inside.";

    private const string Details =
        """
        Paths, on the command line and in configurations, are relative to the current folder; includes of a configuration file to
        that file, and checkpoint folders to the run folder.

        Exit codes: 0 success; 1 a mistake in the command line, a file or an option, told in one line on the error stream;
        130 interrupted (Ctrl-C or SIGTERM): what was learned so far has been saved, and 'tef fit' goes on from it.
        """;

    public static RootCommand Create()
    {
        RootCommand root = new(About)
        {
            FitCommand.Create(),
            EvaluateCommand.CreateValidate(),
            EvaluateCommand.CreateTest(),
            PredictCommand.Create(),
            GenerateCommand.Create(),
            InspectCommand.Create(),
            TokenizerCommand.Create(),
            DataCommand.Create(),
            ExportCommand.Create(),
            ThresholdsCommand.Create(),
            ReportCommand.Create(),
            ClearMLCommand.Create(),
            DoctorCommand.Create(),
            ConfigCommand.Create(),
            CompletionCommand.Create(),
        };
        DetailedHelp.Add(root, Details);
        DetailedHelp.Install(root);
        return root;
    }

    public static int Run(string[] args)
    {
        PlainOutput.WhereRedirected();
        ParseResult parsed = Create().Parse(args);
        if (parsed.Errors.Count > 0)
            return Fail(Describe(parsed.Errors));
        using var interruption = new Interruption();
        try
        {
            Interrupted = interruption.Token;
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("error: interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception problem) when (Mistake.Is(problem))
        {
            return Fail(Mistake.Describe(problem));
        }
    }

    /// <summary>Cancelled by the first Ctrl-C or request to terminate.</summary>
    public static CancellationToken Interrupted { get; private set; }

    /// <summary>One line. A command that is unknown says more than that one is missing.</summary>
    private static string Describe(IReadOnlyList<ParseError> errors)
    {
        ParseError error = errors.FirstOrDefault(error => error.Message.Contains('\'', StringComparison.Ordinal)) ?? errors[0];
        return $"{string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))} Try --help.";
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine($"error: {message}");
        return ExitCode.Mistake;
    }
}
