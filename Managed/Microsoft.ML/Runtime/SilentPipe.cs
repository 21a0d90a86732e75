namespace Microsoft.ML.Runtime;

/// <summary>A pipe for messages that nobody in this library listens to.</summary>
internal sealed class SilentPipe<TMessage>(IExceptionContext context) : IPipe<TMessage>
{
    public string ContextDescription => context.ContextDescription;

    public TException Process<TException>(TException ex)
        where TException : Exception => context.Process(ex);

    public void Send(TMessage msg)
    {
    }

    public void Dispose()
    {
    }
}
