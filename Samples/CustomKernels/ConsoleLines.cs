using Microsoft.Extensions.Logging;

namespace Tef.Samples.CustomKernels;

/// <summary>Writes log entries to the console, a line each.</summary>
internal sealed class ConsoleLines : ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Console.WriteLine($"  {formatter(state, exception)}");

    public void Dispose()
    {
    }
}
