namespace Tef.Backends.Torch.Engine;

/// <summary>What tensors hold outside the managed heap.</summary>
internal static partial class EngineMemory
{
    /// <summary>Bytes of live tensors, or of the whole process where the engine keeps no count.</summary>
    public static long NativeBytes()
    {
        long? bytes = null;
        Count(ref bytes);
        return bytes ?? Math.Max(0, Environment.WorkingSet - GC.GetTotalMemory(false));
    }

    /// <summary>Implemented in the folder ManagedEngine, which is compiled for the managed engine alone.</summary>
    static partial void Count(ref long? bytes);
}
