using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tef.Core.Configuration.Yaml;

namespace Tef.Core.Configuration;

/// <summary>Configurations as YAML files with the sections of <see cref="TefConfiguration"/>.</summary>
public static class ConfigurationFiles
{
    /// <summary>Reads files, lays each over those before it, then the overrides, and checks the whole.</summary>
    /// <param name="files">
    /// YAML files. Later ones win: maps are merged, everything else is replaced, also a selector or model of another kind. A file may
    /// name others under <c>include</c>, relative to itself, over which it is laid.
    /// </param>
    /// <param name="overrides">Single options, <c>a.b=c</c>; a value in quotes, brackets or braces is YAML.</param>
    /// <param name="below">What the first file is laid over, such as the configuration that a model was trained with.</param>
    /// <returns>The configuration; what nobody set has its default.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="OptionsException">
    /// A file is not YAML, or an option is unknown, given twice, missing, of a wrong type or out of range. The message names file,
    /// line and column, or the override, and the nearest valid name.
    /// </exception>
    public static TefConfiguration Load(
        IEnumerable<string> files, IEnumerable<string>? overrides = null, ConfigurationText? below = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        IEnumerable<YamlNode?> layers = files.Select(ReadFile).Concat((overrides ?? []).Select(YamlOverride.Read));
        if (below is not null)
            layers = layers.Prepend(YamlReader.Read(below.Yaml, below.Source));
        return Resolve(layers.OfType<YamlNode>());
    }

    /// <summary>Reads a configuration from text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="OptionsException">As for <see cref="Load"/>.</exception>
    public static TefConfiguration Parse(string yaml, string source = "configuration")
    {
        ArgumentNullException.ThrowIfNull(yaml);
        return Resolve(new[] { YamlReader.Read(yaml, source) }.OfType<YamlNode>());
    }

    /// <summary>Writes a configuration with all of its options, also those that have their defaults.</summary>
    /// <param name="configuration">What to write.</param>
    /// <returns>YAML that reads back as the same configuration.</returns>
    public static string Write(TefConfiguration configuration) => YamlWriter.Write(OptionsJson.Write(configuration));

    private static YamlNode? ReadFile(string path) => YamlIncludes.Read(path);

    private static TefConfiguration Resolve(IEnumerable<YamlNode> layers)
    {
        // A model without a word about its family is a GPT-2.
        YamlNode merged = layers.Aggregate(YamlReader.Read("model: {family: gpt2}", "defaults")!, YamlMerge.Merge);
        (byte[] json, IReadOnlyList<(long Start, OptionPlace Place)> places) = YamlJson.Convert(merged);
        JsonTypeInfo<TefConfiguration> shape = OptionsJsonContext.Default.TefConfiguration;
        using var completer = new OptionsCompleter(json, places);
        TefConfiguration configuration = JsonSerializer.Deserialize(completer.Complete(shape), shape)!;
        Check("model", configuration.Model);
        Check("tef", configuration.Tef);
        Check("tokenizer", configuration.Tokenizer);
        Check("data", configuration.Data);
        Check("training", configuration.Training);
        Check("generation", configuration.Generation);
        Check("run", configuration.Run);
        Check("tracking", configuration.Tracking);
        return configuration;

        void Check(string section, object? options)
        {
            try
            {
                if (options is not null)
                    OptionRules.Validate(options);
            }
            catch (ArgumentException exception)
            {
                throw completer.OutOfRange(exception, section);
            }
        }
    }
}
