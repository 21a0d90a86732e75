using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Tef.MLNet.Interop;

/// <summary>
/// The one door to what Microsoft.ML keeps internal: the environment behind a catalog, the columns of a schema shape, named
/// streams of a saved model and the registration of classes that can be loaded. Everything goes by name through reflection, so
/// the same code serves the package and the sources that stand for it.
/// </summary>
internal static class MicrosoftMLInterop
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly s_core = typeof(ModelSaveContext).Assembly;

    /// <summary>The environment that a catalog of an <see cref="MLContext"/> works in.</summary>
    public static IHostEnvironment GetEnvironment(object catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Type face = catalog.GetType().GetInterfaces().FirstOrDefault(type => type.Name == "IInternalCatalog")
            ?? throw Missing("the interface IInternalCatalog of " + catalog.GetType());
        PropertyInfo property = face.GetProperty("Environment", Instance) ?? throw Missing("IInternalCatalog.Environment");
        return (IHostEnvironment)property.GetValue(catalog)!;
    }

    /// <summary>Describes a column before there is data.</summary>
    public static SchemaShape.Column CreateColumn(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, SchemaShape? annotations = null)
    {
        Type[] parameters =
            [typeof(string), typeof(SchemaShape.Column.VectorKind), typeof(DataViewType), typeof(bool), typeof(SchemaShape)];
        ConstructorInfo constructor = typeof(SchemaShape.Column).GetConstructor(Instance, parameters)
            ?? throw Missing("the constructor of SchemaShape.Column");
        return (SchemaShape.Column)Invoke(() => constructor.Invoke([name, kind, itemType, false, annotations]))!;
    }

    /// <summary>Says in the header of a saved model which class will load it.</summary>
    /// <param name="context">Where the model is being saved.</param>
    /// <param name="signature">Eight letters that tell this kind of model from others.</param>
    /// <param name="version">Version of the format.</param>
    /// <param name="loaderName">The name under which <see cref="AddLoadableClass"/> registered the class.</param>
    /// <param name="loaderAssembly">The assembly of the class.</param>
    public static void SetVersionInfo(
        ModelSaveContext context, string signature, uint version, string loaderName, Assembly loaderAssembly)
    {
        ArgumentNullException.ThrowIfNull(context);
        Type type = s_core.GetType("Microsoft.ML.VersionInfo") ?? throw Missing("VersionInfo");
        object info = Invoke(() => Activator.CreateInstance(
            type, Instance, null, [signature, version, version, version, loaderAssembly.FullName, loaderName, null], null))!;
        Method(typeof(ModelSaveContext), "SetVersionInfo", type).Invoke(context, [info]);
    }

    /// <summary>Writes a named stream of the model being saved.</summary>
    public static void SaveStream(ModelSaveContext context, string name, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(context);
        Action<BinaryWriter> action = writer =>
        {
            writer.Flush();
            write(writer.BaseStream);
        };
        MethodInfo method = Method(typeof(ModelSaveContext), "SaveBinaryStream", typeof(string), typeof(Action<BinaryWriter>));
        Invoke(() => method.Invoke(context, [name, action]));
    }

    /// <summary>Reads a named stream of the model being loaded; false when there is none.</summary>
    /// <param name="context">What the load method received.</param>
    /// <param name="name">The name that the stream was saved under.</param>
    /// <param name="read">Receives the stream.</param>
    public static bool TryLoadStream(object context, string name, Action<Stream> read)
    {
        ArgumentNullException.ThrowIfNull(context);
        Action<BinaryReader> action = reader => read(reader.BaseStream);
        MethodInfo method = Method(context.GetType(), "TryLoadBinaryStream", typeof(string), typeof(Action<BinaryReader>));
        return (bool)Invoke(() => method.Invoke(context, [name, action]))!;
    }

    /// <summary>Makes a class loadable by <c>MLContext.Model.Load</c>.</summary>
    /// <param name="catalog">The catalog of the context that will load.</param>
    /// <param name="type">The class of the loaded object.</param>
    /// <param name="loaderName">The name that saved models ask for.</param>
    /// <param name="create">Static method <c>(IHostEnvironment env, object context)</c> that returns the object.</param>
    public static void AddLoadableClass(ComponentCatalog catalog, Type type, string loaderName, MethodInfo create)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Type signature = s_core.GetType("Microsoft.ML.SignatureLoadModel") ?? throw Missing("SignatureLoadModel");
        Type attributeType = s_core.GetType("Microsoft.ML.LoadableClassAttribute") ?? throw Missing("LoadableClassAttribute");
        Type infoType = typeof(ComponentCatalog).GetNestedType("LoadableClassInfo", BindingFlags.Public | BindingFlags.NonPublic)
            ?? throw Missing("ComponentCatalog.LoadableClassInfo");
        ConstructorInfo attributeConstructor = attributeType.GetConstructor(
            Instance, [typeof(Type), typeof(Type), typeof(Type), typeof(string), typeof(string[])])
            ?? throw Missing("the constructor of LoadableClassAttribute");
        string[] names = [loaderName];
        object attribute = Invoke(() => attributeConstructor.Invoke([type, null, signature, loaderName, names]))!;
        ConstructorInfo infoConstructor = infoType.GetConstructors(Instance).SingleOrDefault(c => c.GetParameters().Length == 5)
            ?? throw Missing("the constructor of ComponentCatalog.LoadableClassInfo");
        object info = Invoke(() => infoConstructor.Invoke([attribute, null, null, create, true]))!;
        MethodInfo add = Method(typeof(ComponentCatalog), "AddClass", infoType, typeof(string[]), typeof(bool));
        Invoke(() => add.Invoke(catalog, [info, names, false]));
    }

    private static MethodInfo Method(Type type, string name, params Type[] parameters) =>
        type.GetMethod(name, Instance, parameters) ?? throw Missing($"{type.Name}.{name}");

    /// <summary>Reflection wraps the errors of what it calls; callers want the errors themselves.</summary>
    private static object? Invoke(Func<object?> call)
    {
        try
        {
            return call();
        }
        catch (TargetInvocationException exception) when (exception.InnerException is not null)
        {
            ExceptionDispatchInfo.Throw(exception.InnerException);
            throw;
        }
    }

    private static MissingMemberException Missing(string member) =>
        new($"Microsoft.ML {s_core.GetName().Version} has no {member}, which Tef.MLNet needs; it was written against version 5.0.0.");
}
