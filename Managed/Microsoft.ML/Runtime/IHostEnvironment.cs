namespace Microsoft.ML.Runtime;

/// <summary>Where exceptions are about to be thrown from.</summary>
public interface IExceptionContext
{
    string ContextDescription { get; }

    /// <summary>Called with every exception before it is thrown; gives it back.</summary>
    TException Process<TException>(TException ex)
        where TException : Exception;
}

/// <summary>Opens channels for messages.</summary>
public interface IChannelProvider : IExceptionContext
{
    IChannel Start(string name);

    IPipe<TMessage> StartPipe<TMessage>(string name);
}

/// <summary>What components share: random numbers, messages, progress, the catalog of what can be loaded.</summary>
public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    ComponentCatalog ComponentCatalog { get; }

    /// <summary>The environment of a component.</summary>
    IHost Register(string name, int? seed = null, bool? verbose = null);
}

/// <summary>The environment of one component.</summary>
public interface IHost : IHostEnvironment
{
    Random Rand { get; }
}
