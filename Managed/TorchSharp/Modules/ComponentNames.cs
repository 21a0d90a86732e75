using System.Reflection;

namespace TorchSharp.Utils;

/// <summary>The name under which a field is registered, where it differs from the field's own.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}

internal static class ComponentNames
{
    internal static string Of(FieldInfo field) => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
}
