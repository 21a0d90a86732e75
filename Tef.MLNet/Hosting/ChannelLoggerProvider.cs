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
}
