using Tef.Core.DependencyInjection;

namespace Tef.Core.Models;

/// <summary>The backends that an application registered, and the one its options choose.</summary>
/// <param name="backends">All registered backends, in the order of registration.</param>
/// <param name="options">The application's choice.</param>
public sealed class LanguageModelBackends(IEnumerable<ILanguageModelBackend> backends, TefRuntimeOptions options)
{
    private readonly ILanguageModelBackend[] _backends = [.. backends];

    /// <summary>The backend that the options name, or the one registered last for <c>auto</c>.</summary>
    /// <exception cref="InvalidOperationException">There is no backend, or none of that name; the message lists those there are.</exception>
    public ILanguageModelBackend Selected
    {
        get
        {
            if (_backends.Length == 0)
                throw new InvalidOperationException("No language model backend is registered. Add one, for example AddTef().AddTorch().");
            if (options.Backend == "auto")
                return _backends[^1];
            return _backends.LastOrDefault(backend => string.Equals(backend.Name, options.Backend, StringComparison.OrdinalIgnoreCase))
                ?? throw new InvalidOperationException(
                    $"No backend is named '{options.Backend}'. Registered: {string.Join(", ", _backends.Select(backend => backend.Name))}.");
        }
    }
}
