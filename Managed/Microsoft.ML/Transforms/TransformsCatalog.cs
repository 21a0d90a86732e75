using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Makes estimators. What it makes, it makes by extension methods.</summary>
public sealed class TransformsCatalog : IInternalCatalog
{
    private readonly IHostEnvironment _environment;

    internal TransformsCatalog(IHostEnvironment environment)
    {
        _environment = environment;
    }

    IHostEnvironment IInternalCatalog.Environment => _environment;
}
