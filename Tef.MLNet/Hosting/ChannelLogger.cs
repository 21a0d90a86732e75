using Microsoft.Extensions.Logging;
using Microsoft.ML.Runtime;

namespace Tef.MLNet.Hosting;

/// <summary>A logger into a channel of an <see cref="Microsoft.ML.MLContext"/>, and into a second logger if there is one.</summary>
internal sealed class ChannelLogger(IChannelProvider channels, string category, ILogger? second = null) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => second?.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.Message}";
        using (IChannel channel = channels.Start(category))
            Send(channel, logLevel, text);
        second?.Log(logLevel, eventId, state, exception, formatter);
    }

    private static void Send(IChannel channel, LogLevel logLevel, string text)
    {
        switch (logLevel)
        {
            case LogLevel.Error or LogLevel.Critical:
                channel.Error(MessageSensitivity.None, "{0}", text);
                break;
            case LogLevel.Warning:
                channel.Warning(MessageSensitivity.None, "{0}", text);
                break;
            case LogLevel.Information:
                channel.Info(MessageSensitivity.None, "{0}", text);
                break;
            default:
                channel.Trace(MessageSensitivity.None, "{0}", text);
                break;
        }
    }
}
