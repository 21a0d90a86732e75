using System.Reflection;

namespace Microsoft.ML;

/// <summary>
/// Says that a class can be made by name: what it is, who makes it, and the delegate type whose parameters its maker takes.
/// </summary>
internal abstract class LoadableClassAttributeBase : Attribute
{
    protected LoadableClassAttributeBase(
        Type instType, Type loaderType, Type? argType, Type[] sigTypes, string userName, params string[] loadNames)
    {
        ArgumentNullException.ThrowIfNull(instType);
        ArgumentNullException.ThrowIfNull(loaderType);
        ArgumentNullException.ThrowIfNull(sigTypes);
        InstanceType = instType;
        LoaderType = loaderType;
        ArgType = argType;
        SigTypes = sigTypes;
        LoadNames = loadNames is { Length: > 0 } ? loadNames : [userName];
        MethodInfo invoke = sigTypes[0].GetMethod("Invoke")
            ?? throw new ArgumentException($"{sigTypes[0]} is not a delegate type.", nameof(sigTypes));
        IEnumerable<Type> parameters = invoke.GetParameters().Select(parameter => parameter.ParameterType);
        CtorTypes = [.. argType is null ? parameters : parameters.Prepend(argType)];
    }

    public Type InstanceType { get; }

    public Type LoaderType { get; }

    public Type? ArgType { get; }

    public Type[] SigTypes { get; }

    /// <summary>What the maker takes, besides the environment.</summary>
    public Type[] CtorTypes { get; }

    public string[] LoadNames { get; }
}

/// <inheritdoc/>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class LoadableClassAttribute : LoadableClassAttributeBase
{
    public LoadableClassAttribute(Type instType, Type? argType, Type sigType, string userName, params string[] loadNames)
        : base(instType, instType, argType, [sigType], userName, loadNames)
    {
    }

    public LoadableClassAttribute(
        Type instType, Type loaderType, Type? argType, Type sigType, string userName, params string[] loadNames)
        : base(instType, loaderType, argType, [sigType], userName, loadNames)
    {
    }
}
