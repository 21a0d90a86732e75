using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tef.Core.Configuration;

/// <summary>All options of <see cref="TefConfiguration"/>, from their types and the documentation of their members.</summary>
public static class OptionCatalog
{
    private static readonly Lazy<IReadOnlyList<OptionDescription>> s_all = new(() => new Walk().Run());

    /// <summary>
    /// Every option that a configuration can have, section by section. Summaries are empty where the documentation file of this library
    /// does not lie beside it.
    /// </summary>
    public static IReadOnlyList<OptionDescription> All => s_all.Value;

    /// <summary>The options whose path is, or begins with, some names; all of them for an empty path.</summary>
    /// <param name="path">Names between dots, such as <c>training</c> or <c>tef.selector</c>.</param>
    /// <exception cref="ArgumentException">There is no such option; the message has the nearest.</exception>
    public static IReadOnlyList<OptionDescription> Find(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        OptionDescription[] found =
        [
            .. All.Where(option => path.Length == 0 || Same(option.Path, path)
                || option.Path.StartsWith(path + '.', StringComparison.OrdinalIgnoreCase)),
        ];
        if (found.Length > 0)
            return found;
        string[] sections = [.. All.SelectMany(option => Sections(option.Path))];
        throw new ArgumentException(
            $"There is no option '{path}'; {NearestName.Suggest(path, [.. sections, .. All.Select(option => option.Path)])}", nameof(path));
    }

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Sections(string path)
    {
        for (int dot = path.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = path.IndexOf('.', dot + 1))
            yield return path[..dot];
    }

    /// <summary>Goes through the shapes of options.</summary>
    private sealed class Walk
    {
        private readonly List<OptionDescription> _options = [];
        private readonly MemberDocumentation _documentation = MemberDocumentation.Load(typeof(OptionCatalog).Assembly);
        private readonly Dictionary<Type, string> _sections;

        public Walk() => _sections = Shape(typeof(TefConfiguration)).Properties.ToDictionary(member => Bare(member.PropertyType), member => member.Name);

        public IReadOnlyList<OptionDescription> Run()
        {
            AddMembers(Shape(typeof(TefConfiguration)), "", "", []);
            return _options;
        }

        private static JsonTypeInfo Shape(Type type) => OptionsJsonContext.Default.GetTypeInfo(type)!;

        private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

        private void AddMembers(JsonTypeInfo shape, string path, string condition, HashSet<string> known)
        {
            object? defaults = OptionRules.Defaults.GetValueOrDefault(shape.Type);
            foreach (JsonPropertyInfo member in shape.Properties.Where(member => member.Set is not null && known.Add(member.Name)))
                AddMember(member, shape.Type, defaults, path.Length == 0 ? member.Name : $"{path}.{member.Name}", condition);
        }

        private void AddMember(JsonPropertyInfo member, Type owner, object? defaults, string path, string condition)
        {
            JsonTypeInfo shape = Shape(Bare(member.PropertyType));
            string summary = _documentation.OfMember(member, owner);
            if (shape.Kind != JsonTypeInfoKind.Object)
            {
                string value = defaults is null || member.IsRequired ? "" : Inline(member.Get!(defaults), member.PropertyType);
                _options.Add(new OptionDescription(path, Words(shape), value, condition, summary, Choices(shape.Type)));
                return;
            }

            bool nullable = path.Contains('.', StringComparison.Ordinal) || defaults is null || member.Get!(defaults) is null;
            if (path.Contains('.', StringComparison.Ordinal) && _sections.TryGetValue(shape.Type, out string? section) && section != path)
            {
                _options.Add(new OptionDescription(path, $"options as in '{section}', or null", "null", condition, summary, []));
                return;
            }

            if (nullable && member.IsGetNullable)
                _options.Add(new OptionDescription(path, "options, or null", "null", condition, summary, []));
            if (shape.PolymorphismOptions is { } kinds)
                AddKinds(kinds, path, member, defaults, condition, summary);
            else
                AddMembers(shape, path, condition, []);
        }

        private void AddKinds(
            JsonPolymorphismOptions kinds, string path, JsonPropertyInfo member, object? defaults, string condition, string summary)
        {
            string discriminator = kinds.TypeDiscriminatorPropertyName;
            object? value = defaults is null || member.IsRequired ? null : member.Get!(defaults);
            string chosen = kinds.DerivedTypes.FirstOrDefault(kind => kind.DerivedType == value?.GetType()).TypeDiscriminator as string ?? "";
            _options.Add(new OptionDescription(
                $"{path}.{discriminator}", "one of", chosen, condition, summary,
                [.. kinds.DerivedTypes.Select(kind => new OptionChoice((string)kind.TypeDiscriminator!, _documentation.OfType(kind.DerivedType)))]));
            bool several = kinds.DerivedTypes.Count > 1;
            foreach (JsonDerivedType kind in kinds.DerivedTypes)
                AddMembers(Shape(kind.DerivedType), path, several ? $"{discriminator}: {kind.TypeDiscriminator}" : condition, []);
        }

        private static string Inline(object? value, Type type)
        {
            string json = JsonSerializer.Serialize(value, Shape(type));
            return string.Join(' ', json.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        }

        private static string Words(JsonTypeInfo shape)
        {
            Type type = shape.Type;
            if (type == typeof(bool))
                return "true or false";
            if (type == typeof(int) || type == typeof(long))
                return "whole number";
            if (type == typeof(float) || type == typeof(double))
                return "number";
            if (type == typeof(string))
                return "text";
            if (type.IsEnum)
                return "one of";
            return shape.Kind switch
            {
                JsonTypeInfoKind.Enumerable => $"list of {Words(Shape(shape.ElementType!))}",
                JsonTypeInfoKind.Dictionary => "names with numbers",
                _ => type.Name,
            };
        }

        private OptionChoice[] Choices(Type type) => type.IsEnum
            ? [.. Enum.GetNames(type).Select(name => new OptionChoice(name, _documentation.OfValue(type, name)))]
            : [];
    }
}
