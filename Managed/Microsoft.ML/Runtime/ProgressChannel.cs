namespace Microsoft.ML.Runtime;

/// <summary>Progress whose checkpoints become messages of kind <see cref="ChannelMessageKind.Trace"/>.</summary>
internal sealed class ProgressChannel(HostEnvironment host, string source) : IProgressChannel
{
    private ProgressHeader _header = new();

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction)
    {
        ArgumentNullException.ThrowIfNull(header);
        _header = header;
    }

    public void Checkpoint(params double?[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        IEnumerable<string> names = _header.MetricNames.Concat(_header.UnitNames);
        IEnumerable<(string Name, double? Value)> reported = names.Zip(values).Where(pair => pair.Second is not null);
        string text = string.Join(", ", reported.Select(pair => $"{pair.Name} {pair.Value}"));
        if (text.Length > 0)
            host.Dispatch(source, new ChannelMessage(ChannelMessageKind.Trace, MessageSensitivity.None, "{0}", text));
    }

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel(host, $"{source}; {name}");

    public void Dispose()
    {
    }
}
