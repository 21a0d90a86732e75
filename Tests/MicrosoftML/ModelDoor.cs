using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Tef.Tests.MicrosoftML;

/// <summary>
/// The way into model files for components outside the library: by reflection, with the names and shapes of the original.
/// </summary>
internal static class ModelDoor
{
    private const BindingFlags Hidden = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;
    private static readonly Assembly Library = typeof(ModelSaveContext).Assembly;
    private static readonly Type VersionInfoType = Library.GetType("Microsoft.ML.VersionInfo", throwOnError: true)!;
    private static readonly Type LoadContextType = Library.GetType("Microsoft.ML.ModelLoadContext", throwOnError: true)!;

    public static object Version(string signature, uint version, string loader, string? assembly = null) => Activator.CreateInstance(
        VersionInfoType, signature, version, version, 0x00010001u, assembly ?? typeof(ModelDoor).Assembly.FullName, loader, null)!;

    public static SchemaShape.Column Column(string name, SchemaShape.Column.VectorKind kind, DataViewType itemType) =>
        (SchemaShape.Column)typeof(SchemaShape.Column).GetConstructors(Hidden)
            .Single(constructor => constructor.GetParameters().Length == 5)
            .Invoke([name, kind, itemType, false, null]);

    public static void SetVersionInfo(ModelSaveContext context, object version) =>
        Call(typeof(ModelSaveContext).GetMethod("SetVersionInfo", Hidden)!, context, version);

    public static void SaveBinaryStream(ModelSaveContext context, string name, Action<BinaryWriter> write) =>
        Call(typeof(ModelSaveContext).GetMethod("SaveBinaryStream", Hidden)!, context, name, write);

    public static bool TryLoadBinaryStream(object context, string name, Action<BinaryReader> read) =>
        (bool)Call(LoadContextType.GetMethod("TryLoadBinaryStream", Hidden)!, context, name, read)!;

    public static void CheckVersion(object context, object version) =>
        Call(LoadContextType.GetMethod("CheckVersionInfo", Hidden)!, context, version);

    /// <summary>Makes a static method <c>(IHostEnvironment, object)</c> of a type the loader of a name.</summary>
    public static void AddLoader(ComponentCatalog catalog, Type type, string loader, string method)
    {
        Type attributeType = Library.GetType("Microsoft.ML.LoadableClassAttribute", throwOnError: true)!;
        Type signature = Library.GetType("Microsoft.ML.SignatureLoadModel", throwOnError: true)!;
        ConstructorInfo constructor = attributeType.GetConstructor(
            [typeof(Type), typeof(Type), typeof(Type), typeof(string), typeof(string[])])!;
        object attribute = constructor.Invoke([type, null, signature, type.Name, new[] { loader }]);
        Type infoType = typeof(ComponentCatalog).GetNestedType("LoadableClassInfo", BindingFlags.NonPublic)!;
        object info = infoType.GetConstructors(Hidden).Single().Invoke([attribute, null, null, type.GetMethod(method, Hidden), true]);
        Call(typeof(ComponentCatalog).GetMethod("AddClass", Hidden)!, catalog, info, new[] { loader }, false);
    }

    private static object? Call(MethodInfo method, object target, params object?[] arguments) =>
        method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
