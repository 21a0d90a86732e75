namespace Microsoft.ML.Runtime;

/// <summary>
/// The environment behind a context, and those of its components: each has a name, random numbers and a way for messages.
/// </summary>
internal sealed class HostEnvironment : IHost
{
    private readonly Action<string, ChannelMessage> _listener;
    private readonly Random _seeds;
    private readonly Lock _seedGate = new();

    public HostEnvironment(int? seed, Action<string, ChannelMessage> listener)
        : this(string.Empty, seed, new Random(seed ?? Random.Shared.Next()), listener, new ComponentCatalog(), new TemporaryFolder())
    {
        ComponentCatalog.RegisterAssembly(typeof(HostEnvironment).Assembly);
    }

    private HostEnvironment(
        string name, int? seed, Random random, Action<string, ChannelMessage> listener, ComponentCatalog catalog, TemporaryFolder temporary)
    {
        ContextDescription = name;
        Seed = seed;
        Rand = random;
        _seeds = new Random(random.Next());
        _listener = listener;
        ComponentCatalog = catalog;
        Temporary = temporary;
    }

    public string ContextDescription { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public Random Rand { get; }

    /// <summary>The seed of the context, if it was given one.</summary>
    public int? Seed { get; }

    /// <summary>Where files live for a while; one for a context and all its components.</summary>
    public TemporaryFolder Temporary { get; }

    /// <summary>The next of a series of seeds. With a seeded context the series is always the same.</summary>
    public int NextSeed()
    {
        lock (_seedGate)
            return _seeds.Next();
    }

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new HostEnvironment(FullName(name), seed ?? Seed, new Random(seed ?? NextSeed()), _listener, ComponentCatalog, Temporary);
    }

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public IChannel Start(string name) => new Channel(this, FullName(name));

    public IPipe<TMessage> StartPipe<TMessage>(string name) => new SilentPipe<TMessage>(this);

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel(this, FullName(name));

    public void Dispatch(string source, ChannelMessage message) => _listener(source, message);

    private string FullName(string name) => ContextDescription.Length == 0 ? name : $"{ContextDescription}; {name}";
}
