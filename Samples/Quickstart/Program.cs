using Spectre.Console;
using Tef.Samples.Common;
using Tef.Samples.Quickstart;
using Tef.Samples.Quickstart.CommandLine;

PlainOutput.WhereRedirected();

return new QuickstartCommand(settings =>
{
    using var interruption = new Interruption();
    try
    {
        return new QuickstartRun(settings, AnsiConsole.Console, interruption.Token).Run();
    }
    catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
    {
        Console.Error.WriteLine("error: interrupted before there was anything to save.");
        return ExitCode.Interrupted;
    }
    catch (Exception problem) when (Mistake.Is(problem))
    {
        Console.Error.WriteLine($"error: {Mistake.Describe(problem)}");
        return ExitCode.Mistake;
    }
}).Invoke(args);
