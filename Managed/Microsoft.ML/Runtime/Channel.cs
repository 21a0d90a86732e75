namespace Microsoft.ML.Runtime;

/// <summary>A channel whose messages go to the listener of the context.</summary>
internal sealed class Channel : IChannel
{
    private readonly HostEnvironment _host;
    private bool _disposed;

    public Channel(HostEnvironment host, string name)
    {
        _host = host;
        ContextDescription = name;
        Trace(MessageSensitivity.None, "Channel started");
    }

    public string ContextDescription { get; }

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public void Send(ChannelMessage msg) => _host.Dispatch(ContextDescription, msg);

    public void Trace(MessageSensitivity sensitivity, string fmt) => Trace(sensitivity, fmt, []);

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Trace, sensitivity, fmt, args);

    public void Info(MessageSensitivity sensitivity, string fmt) => Info(sensitivity, fmt, []);

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Info, sensitivity, fmt, args);

    public void Warning(MessageSensitivity sensitivity, string fmt) => Warning(sensitivity, fmt, []);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Warning, sensitivity, fmt, args);

    public void Error(MessageSensitivity sensitivity, string fmt) => Error(sensitivity, fmt, []);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(ChannelMessageKind.Error, sensitivity, fmt, args);

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Trace(MessageSensitivity.None, "Channel disposed");
    }

    private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object[] arguments) =>
        Send(new ChannelMessage(kind, sensitivity, format, arguments));
}
