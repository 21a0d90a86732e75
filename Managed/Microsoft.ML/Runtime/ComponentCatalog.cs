using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>The classes that a model file can name, by assembly as they become known.</summary>
public sealed partial class ComponentCatalog
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _assemblies = [];
    private readonly Dictionary<(string Name, Type Signature), LoadableClassInfo> _classes = [];
    private readonly Dictionary<(Type Attribute, string Contract), Type> _extensions = [];

    internal ComponentCatalog()
    {
    }

    /// <summary>
    /// Makes the classes of an assembly known that are marked as loadable or as extensions. A second call changes nothing.
    /// </summary>
    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_gate)
        {
            if (!_assemblies.Add(assembly.FullName!))
                return;
            foreach (LoadableClassAttributeBase attribute in assembly.GetCustomAttributes<LoadableClassAttributeBase>())
                AddClass(LoadableClassInfo.Find(attribute), attribute.LoadNames, throwOnError);
            foreach (Type type in assembly.GetTypes())
            {
                foreach (ExtensionBaseAttribute attribute in type.GetCustomAttributes<ExtensionBaseAttribute>(false))
                    AddExtension(type, attribute, throwOnError);
            }
        }
    }

    internal bool TryFind(string name, Type signature, [NotNullWhen(true)] out LoadableClassInfo? info)
    {
        lock (_gate)
            return _classes.TryGetValue((name.ToLowerInvariant(), signature), out info);
    }

    internal object CreateExtension(Type attributeType, string contractName)
    {
        Type? type;
        lock (_gate)
            _extensions.TryGetValue((attributeType, contractName), out type);
        return type is not null ? Activator.CreateInstance(type)! : throw new InvalidOperationException(
            $"No class is known for the contract '{contractName}'. Call ComponentCatalog.RegisterAssembly with the assembly "
            + $"of the class that is marked [{attributeType.Name}(\"{contractName}\")].");
    }

    private void AddClass(LoadableClassInfo info, string[] loadNames, bool throwOnError)
    {
        lock (_gate)
        {
            foreach (Type signature in info.SignatureTypes)
            {
                foreach (string name in loadNames)
                {
                    if (!_classes.TryAdd((name.ToLowerInvariant(), signature), info) && throwOnError)
                    {
                        throw new InvalidOperationException(
                            $"The name '{name}' is taken for {signature} by {_classes[(name.ToLowerInvariant(), signature)].Type}.");
                    }
                }
            }
        }
    }

    private void AddExtension(Type type, ExtensionBaseAttribute attribute, bool throwOnError)
    {
        (Type, string) key = (attribute.GetType(), attribute.ContractName);
        if (!_extensions.TryAdd(key, type) && throwOnError)
            throw new InvalidOperationException($"The contract '{attribute.ContractName}' is taken by {_extensions[key]}.");
    }
}
