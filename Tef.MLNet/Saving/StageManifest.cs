using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tef.MLNet.Saving;

/// <summary>What a stage consists of, so that a damaged or newer one is noticed before it is used.</summary>
/// <param name="Format">Version of the format, counted from 1.</param>
/// <param name="Entries">The streams of the stage, the manifest itself excepted.</param>
internal sealed record StageManifest(int Format, IReadOnlyList<StageEntry> Entries)
{
    public const string Name = "manifest.json";

    public const int CurrentFormat = 1;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };
}

/// <summary>One stream of a stage.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its SHA-256 in lower-case hexadecimal digits.</param>
internal sealed record StageEntry(string Name, long Bytes, string Sha256);
