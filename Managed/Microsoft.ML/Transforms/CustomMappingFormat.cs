using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

[assembly: LoadableClass(
    typeof(ITransformer), typeof(CustomMappingFormat), null, typeof(SignatureLoadModel),
    "Custom mapping", CustomMappingFormat.LoaderSignature)]

namespace Microsoft.ML.Transforms;

/// <summary>A custom mapping in a model file: the name of its contract, and the assembly that the contract's factory is in.</summary>
internal static class CustomMappingFormat
{
    public const string LoaderSignature = "CustomTransformer";

    private static readonly VersionInfo Version = new(
        modelSignature: "CUSTOMXF",
        verWrittenCur: 0x00010002,
        verReadableCur: 0x00010002,
        verWeCanReadBack: 0x00010002,
        loaderAssemblyName: LibraryAssembly.Transforms,
        loaderSignature: LoaderSignature);

    public static void Save(ModelSaveContext ctx, string contractName, Assembly assembly)
    {
        ctx.SetVersionInfo(Version);
        ctx.SaveNonEmptyString(contractName);
        ctx.SaveNonEmptyString(assembly.FullName!);
    }

    internal static ITransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        ctx.CheckAtModel(Version);
        string contractName = ctx.LoadNonEmptyString();
        env.ComponentCatalog.RegisterAssembly(Assembly.Load(ctx.LoadNonEmptyString()));
        object factory = env.ComponentCatalog.CreateExtension(typeof(CustomMappingFactoryAttributeAttribute), contractName);
        return factory is ICustomMappingFactory mappings
            ? mappings.CreateTransformer(contractName)
            : throw new InvalidOperationException(
                $"{factory.GetType()} has the contract '{contractName}', but does not derive from {typeof(CustomMappingFactory<,>)}.");
    }
}
