using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Tef.Core.Configuration;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>One training run of a plan.</summary>
/// <param name="Name">What tables call it; runs that differ by seed alone share it.</param>
/// <param name="Model">The model.</param>
/// <param name="Training">How it is trained.</param>
/// <param name="Seed">Decides weights and order of text.</param>
internal sealed record RunSetting(string Name, Gpt2Options Model, TrainingOptions Training, int Seed)
{
    /// <summary>The run whose model teaches this one, if any.</summary>
    public RunSetting? Teacher { get; init; }

    /// <summary>
    /// What makes this run different: every option that has not its default value, and the texts. Options that are added later
    /// leave it as it is.
    /// </summary>
    /// <param name="fingerprint">Of the texts.</param>
    public JsonObject Identity(string fingerprint)
    {
        JsonObject identity = new()
        {
            ["texts"] = fingerprint,
            ["seed"] = Seed,
            ["model"] = Differences(
                JsonNode.Parse(OptionsJson.Write<LanguageModelOptions>(Model))!.AsObject(),
                JsonNode.Parse(OptionsJson.Write<LanguageModelOptions>(DefaultModel()))!.AsObject()),
            ["training"] = Differences(
                JsonNode.Parse(OptionsJson.Write(Training with { Checkpoints = null, Seed = Seed }))!.AsObject(),
                JsonNode.Parse(OptionsJson.Write(new TrainingOptions { Seed = Seed }))!.AsObject()),
        };
        if (Teacher is not null)
            identity["teacher"] = Teacher.Identity(fingerprint);
        return identity;
    }

    /// <summary>Name, seed and a hash of the identity: the name of the run's files.</summary>
    /// <param name="fingerprint">Of the texts.</param>
    public string Id(string fingerprint)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Identity(fingerprint).ToJsonString()));
        return $"{Name}-{Seed}-{Convert.ToHexStringLower(hash[..4])}";
    }

    private Gpt2Options DefaultModel() => new()
    {
        Tef = Model.Tef is null ? null : new TefOptions { Selector = Model.Tef.Selector is Budget ? new Threshold(0) : new Budget(1) },
    };

    private static JsonObject Differences(JsonObject options, JsonObject defaults)
    {
        var result = new JsonObject();
        foreach (var (name, value) in options)
        {
            var standard = defaults[name];
            if (JsonNode.DeepEquals(value, standard))
                continue;
            result[name] = value is JsonObject inner && standard is JsonObject innerStandard && name != "selector"
                ? Differences(inner, innerStandard)
                : value?.DeepClone();
        }
        return result;
    }
}
