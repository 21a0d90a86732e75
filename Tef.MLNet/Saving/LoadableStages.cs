using Microsoft.ML;
using Microsoft.ML.Runtime;
using Tef.MLNet.Interop;

namespace Tef.MLNet.Saving;

/// <summary>The stages of this assembly that a saved model can hold.</summary>
internal static class LoadableStages
{
    /// <summary>
    /// Begins every loader's name, because a context that was not prepared shows the name and nothing else. A name has at most 24
    /// characters.
    /// </summary>
    public const string Hint = "UseTef: ";

    private static readonly (Type Type, string Name, Func<IHostEnvironment, object, ITransformer> Load)[] s_stages =
    [
        (typeof(TextCleaningTransformer), TextCleaningTransformer.LoaderName, TextCleaningTransformer.Load),
        (typeof(TextTokenizingTransformer), TextTokenizingTransformer.LoaderName, TextTokenizingTransformer.Load),
        (typeof(LanguageModelTransformer), LanguageModelTransformer.LoaderName, LanguageModelTransformer.Load),
        (typeof(TextGeneratingTransformer), TextGeneratingTransformer.LoaderName, TextGeneratingTransformer.Load),
    ];

    /// <summary>Makes the stages loadable with a catalog.</summary>
    public static void Register(ComponentCatalog catalog)
    {
        foreach ((Type type, string name, Func<IHostEnvironment, object, ITransformer> load) in s_stages)
            MicrosoftMLInterop.AddLoadableClass(catalog, type, name, load.Method);
    }
}
