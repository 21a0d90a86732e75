using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Where everything starts: data, transforms and models of one piece of work, with its seed and its log.</summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly HostEnvironment _environment;
    private readonly Lock _optionGate = new();
    private readonly Dictionary<string, object?> _options = [];

    /// <param name="seed">Makes random choices repeatable.</param>
    public MLContext(int? seed = null)
    {
        _environment = new HostEnvironment(seed, OnMessage);
        Data = new DataOperationsCatalog(_environment);
        Model = new ModelOperationsCatalog(_environment);
        Transforms = new TransformsCatalog(_environment);
    }

    /// <summary>Raised for every message of every component, on the thread that sent it.</summary>
    public event EventHandler<LoggingEventArgs>? Log;

    public DataOperationsCatalog Data { get; }

    public ModelOperationsCatalog Model { get; }

    public TransformsCatalog Transforms { get; }

    public ComponentCatalog ComponentCatalog => _environment.ComponentCatalog;

    /// <summary>The folder for files that do not outlive their use.</summary>
    public string TempFilePath
    {
        get => _environment.Temporary.Path;
        set => _environment.Temporary.Path = value;
    }

    /// <summary>The GPU that components should use which can.</summary>
    public int? GpuDeviceId { get; set; }

    /// <summary>Whether such components may run on the CPU where there is no GPU.</summary>
    public bool FallbackToCpu { get; set; } = true;

    string IExceptionContext.ContextDescription => "MLContext";

    public bool TryAddOption<T>(string name, T value)
    {
        lock (_optionGate)
            return _options.TryAdd(name, value);
    }

    public void SetOption<T>(string name, T value)
    {
        lock (_optionGate)
            _options[name] = value;
    }

    public bool TryGetOption<T>(string name, out T value)
    {
        lock (_optionGate)
        {
            bool found = _options.TryGetValue(name, out object? option);
            value = found ? (T)option! : default!;
            return found;
        }
    }

    public T GetOptionOrDefault<T>(string name) => TryGetOption(name, out T value) ? value : default!;

    public bool RemoveOption(string name)
    {
        lock (_optionGate)
            return _options.Remove(name);
    }

    TException IExceptionContext.Process<TException>(TException ex) => _environment.Process(ex);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _environment.Register(name, seed, verbose);

    IChannel IChannelProvider.Start(string name) => _environment.Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _environment.StartPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _environment.StartProgressChannel(name);

    private void OnMessage(string source, ChannelMessage message)
    {
        if (Log is { } log)
            log(this, new LoggingEventArgs(message.Message, message.Kind, source));
    }
}
