using Tef.Core.Safetensors;

namespace Tef.Core.HuggingFace.Pickle;

/// <summary>PyTorch's classes of storages and the elements that they hold.</summary>
internal static class StorageType
{
    private static readonly Dictionary<string, SafetensorsType> s_types = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = SafetensorsType.F32,
        ["HalfStorage"] = SafetensorsType.F16,
        ["BFloat16Storage"] = SafetensorsType.BF16,
        ["DoubleStorage"] = SafetensorsType.F64,
        ["LongStorage"] = SafetensorsType.I64,
        ["IntStorage"] = SafetensorsType.I32,
        ["ShortStorage"] = SafetensorsType.I16,
        ["CharStorage"] = SafetensorsType.I8,
        ["ByteStorage"] = SafetensorsType.U8,
        ["BoolStorage"] = SafetensorsType.Bool,
    };

    public static string KnownNames => string.Join(", ", s_types.Keys);

    /// <returns>The elements of a class of storages; null when there is no such class.</returns>
    public static SafetensorsType? Find(string name) => s_types.TryGetValue(name, out SafetensorsType type) ? type : null;
}
