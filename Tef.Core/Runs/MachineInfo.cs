using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Tef.Core.Runs;

/// <summary>Where a run computes.</summary>
public sealed record MachineInfo
{
    /// <summary>The name of the machine.</summary>
    public required string Name { get; init; }

    /// <summary>Operating system and version.</summary>
    public required string System { get; init; }

    /// <summary>The .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>The architecture of the process, such as <c>X64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The processor's name; empty where the system does not tell.</summary>
    public required string Processor { get; init; }

    /// <summary>Processors that the process may use.</summary>
    public required int Processors { get; init; }

    /// <summary>Vector instruction sets at hand, widest first.</summary>
    public required IReadOnlyList<string> Vectors { get; init; }

    /// <summary>Bytes of memory that the process may use.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Looks at the machine of this process.</summary>
    public static MachineInfo Current() => new()
    {
        Name = Environment.MachineName,
        System = RuntimeInformation.OSDescription,
        Runtime = RuntimeInformation.FrameworkDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Processor = ProcessorName(),
        Processors = Environment.ProcessorCount,
        Vectors = [.. VectorSets()],
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
    };

    /// <summary>Version of this library, with the commit that it was built from where the build knew it.</summary>
    public static string CodeVersion { get; } =
        typeof(MachineInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static string ProcessorName()
    {
        const string processors = "/proc/cpuinfo";
        const string key = "model name";
        if (!File.Exists(processors))
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? "";
        string? line = File.ReadLines(processors).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal));
        return line is null ? "" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    private static IEnumerable<string> VectorSets()
    {
        if (Avx512F.IsSupported)
            yield return "AVX-512";
        if (Avx2.IsSupported)
            yield return "AVX2";
        if (Fma.IsSupported)
            yield return "FMA";
        if (AdvSimd.IsSupported)
            yield return "AdvSimd";
        if (Vector128.IsHardwareAccelerated)
            yield return "Vector128";
    }
}
