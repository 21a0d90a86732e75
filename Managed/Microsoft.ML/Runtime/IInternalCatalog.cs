using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A catalog of a context, with the environment that it hands to what it makes.</summary>
internal interface IInternalCatalog
{
    IHostEnvironment Environment { get; }
}
