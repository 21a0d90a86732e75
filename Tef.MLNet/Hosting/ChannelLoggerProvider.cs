using Microsoft.Extensions.Logging;
using Microsoft.ML.Runtime;

namespace Tef.MLNet.Hosting;

/// <summary>Passes log entries on to the channels of an <see cref="Microsoft.ML.MLContext"/>, whose <c>Log</c> event shows them.</summary>
internal sealed class ChannelLoggerProvider(IChannelProvider channels) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ChannelLogger(channels, categoryName);

    public void Dispose()
    {
    }

    private sealed class ChannelLogger(IChannelProvider channels, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string text = exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.Message}";
            using IChannel channel = channels.Start(category);
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
}
