using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tef.MLNet.Interop;

namespace Tef.MLNet.Saving;

/// <summary>The stages of this assembly that a saved model can hold.</summary>
internal static class LoadableStages
{
    private static readonly (Type Type, string Name)[] s_stages =
    [
        (typeof(TextTokenizingTransformer), TextTokenizingTransformer.LoaderName),
        (typeof(LanguageModelTransformer), LanguageModelTransformer.LoaderName),
        (typeof(TextGeneratingTransformer), TextGeneratingTransformer.LoaderName),
    ];

    /// <summary>Makes the stages loadable with a catalog; each has a static <c>Create(IHostEnvironment, object)</c>.</summary>
    public static void Register(ComponentCatalog catalog)
    {
        foreach ((Type type, string name) in s_stages)
        {
            MethodInfo create = type.GetMethod(
                "Create", BindingFlags.Static | BindingFlags.NonPublic, [typeof(IHostEnvironment), typeof(object)])!;
            MicrosoftMLInterop.AddLoadableClass(catalog, type, name, create);
        }
    }
}
