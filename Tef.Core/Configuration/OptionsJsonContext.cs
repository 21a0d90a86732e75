using System.Text.Json.Serialization;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Training;

namespace Tef.Core.Configuration;

/// <summary>
/// The shapes of all options, known at compile time. Generated readers set every init-only member, absent ones to zero, so
/// reading goes through <see cref="OptionsJson"/>, which fills in the defaults first.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    IgnoreReadOnlyProperties = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(LanguageModelOptions))]
[JsonSerializable(typeof(TefOptions))]
[JsonSerializable(typeof(TrainingOptions))]
[JsonSerializable(typeof(EvaluationOptions))]
[JsonSerializable(typeof(GenerationOptions))]
[JsonSerializable(typeof(DocumentReadOptions))]
[JsonSerializable(typeof(PackingOptions))]
[JsonSerializable(typeof(MetaOptions))]
[JsonSerializable(typeof(CleaningOptions))]
[JsonSerializable(typeof(TefConfiguration))]
internal sealed partial class OptionsJsonContext : JsonSerializerContext;
