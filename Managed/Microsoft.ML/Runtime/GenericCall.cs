using System.Reflection;

namespace Microsoft.ML.Runtime;

/// <summary>Calls a generic method with a type argument that is only known at run time.</summary>
internal static class GenericCall
{
    /// <param name="instance">A delegate to the method with any type argument.</param>
    /// <param name="typeArgument">The type argument to call it with.</param>
    /// <param name="arguments">Its arguments.</param>
    public static object Invoke(Delegate instance, Type typeArgument, params object?[] arguments) =>
        instance.Method.GetGenericMethodDefinition().MakeGenericMethod(typeArgument)
            .Invoke(instance.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
}
