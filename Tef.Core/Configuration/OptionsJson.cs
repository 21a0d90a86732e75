using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Tef.Core.Models;

namespace Tef.Core.Configuration;

/// <summary>
/// Options as JSON, without reflection: model, token filtering, training, evaluation, generation and document options. Names are
/// those of the members with a small first letter; absent ones have their defaults; comments and trailing commas are allowed.
/// </summary>
public static class OptionsJson
{
    /// <summary>Writes options, all members of them.</summary>
    /// <typeparam name="T">A type of options.</typeparam>
    /// <param name="options">What to write.</param>
    /// <returns>Indented JSON. A model's begins with its <c>family</c>, by which it is read back.</returns>
    /// <exception cref="NotSupportedException">Not a type of options.</exception>
    public static string Write<T>(T options)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        return JsonSerializer.Serialize(options, Shape(typeof(T)));
    }

    /// <summary>Reads and checks options.</summary>
    /// <typeparam name="T">A type of options; <see cref="LanguageModelOptions"/> for a model of any family.</typeparam>
    /// <param name="json">The text.</param>
    /// <param name="source">What to call it in messages, such as the name of its file.</param>
    /// <exception cref="OptionsException">
    /// The text is not JSON, or an option is unknown, given twice, missing, of a wrong type or out of range. The message names the
    /// option, line and column, what was expected and the nearest valid name.
    /// </exception>
    /// <exception cref="NotSupportedException">Not a type of options.</exception>
    public static T Read<T>(string json, string source = "options")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(json);
        JsonTypeInfo shape = Shape(typeof(T));
        using var completer = new OptionsCompleter(json, source);
        object options = JsonSerializer.Deserialize(completer.Complete(shape), shape)!;
        if (options is not T read)
            throw new OptionsException(source, "", 0, 0, $"{typeof(T).Name} are expected, but these are {options.GetType().Name}.");
        try
        {
            OptionRules.Validate(read);
        }
        catch (ArgumentException exception)
        {
            throw completer.OutOfRange(exception);
        }

        return read;
    }

    private static JsonTypeInfo Shape(Type type)
    {
        // The family is written only where the shape says that there are several.
        Type root = typeof(LanguageModelOptions).IsAssignableFrom(type) ? typeof(LanguageModelOptions) : type;
        return OptionsJsonContext.Default.GetTypeInfo(root) ?? throw new NotSupportedException($"{type} is not a type of options.");
    }
}
