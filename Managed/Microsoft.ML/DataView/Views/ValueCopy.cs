using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

internal delegate void ValueCopier<T>(in T source, ref T destination);

/// <summary>Copies values of columns so that the copy shares no buffer with the original.</summary>
internal static class ValueCopy
{
    public static ValueCopier<T> For<T>()
    {
        if (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>))
            return (ValueCopier<T>)GenericCall.Invoke(ForVector<int>, typeof(T).GetGenericArguments()[0]);
        return (in T source, ref T destination) => destination = source;
    }

    private static ValueCopier<VBuffer<T>> ForVector<T>() =>
        (in VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination);
}
