using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A catalog of a context, with the environment that it hands to what it makes.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}

/// <summary>The environment of a catalog without a cast.</summary>
internal static class CatalogUtils
{
    public static IHostEnvironment GetEnvironment(this IInternalCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return catalog.Environment;
    }
}
