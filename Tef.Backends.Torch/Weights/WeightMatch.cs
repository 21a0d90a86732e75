using Tef.Backends.Torch.Models;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Weights;

/// <summary>Which stored arrays belong to which weights of a module, and what does not fit.</summary>
internal sealed class WeightMatch
{
    private const string Prefix = "transformer.";

    private readonly Dictionary<string, Tensor> _weights;
    private readonly HashSet<string> _missing;
    private readonly List<string> _problems = [];

    public WeightMatch(LanguageModule module, IEnumerable<WeightEntry> entries)
    {
        _weights = module.state_dict();
        _missing = [.. _weights.Keys];
        foreach (var entry in entries)
        {
            if (NameOf(entry.Name) is not { } name)
            {
                if (!IsDerived(entry.Name))
                    _problems.Add($"surplus {entry.Name}");
                continue;
            }
            if (!_missing.Remove(name))
                _problems.Add($"{name} twice");
            var shape = _weights[name].shape;
            if (!shape.SequenceEqual(entry.Shape))
                _problems.Add($"{entry.Name} is [{string.Join(", ", entry.Shape)}] instead of [{string.Join(", ", shape)}]");
        }
    }

    /// <summary>The weight that a stored array is for; null for arrays that follow from others.</summary>
    public Tensor? Find(string name) => NameOf(name) is { } found ? _weights[found] : null;

    /// <summary>Names of the weights of token filters of which nothing is stored.</summary>
    public IReadOnlySet<string> MissingFilters()
    {
        var partly = _weights.Keys.Where(name => LanguageModule.IsFilterWeight(name) && !_missing.Contains(name)).Select(FilterOf).ToHashSet();
        return _missing.Where(name => LanguageModule.IsFilterWeight(name) && !partly.Contains(FilterOf(name))).ToHashSet();
    }

    /// <summary>Throws unless every weight is stored in its shape and nothing else is.</summary>
    /// <param name="what">The start of the message.</param>
    /// <param name="except">Weights that may be missing.</param>
    /// <exception cref="InvalidDataException">Lists what is missing, surplus or of another shape.</exception>
    public void RequireComplete(string what, IReadOnlySet<string>? except = null)
    {
        string[] problems =
            [.. _problems, .. _weights.Keys.Where(name => _missing.Contains(name) && except?.Contains(name) != true).Select(name => $"missing {name}")];
        if (problems.Length > 0)
            throw new InvalidDataException($"{what}: {string.Join("; ", problems)}.");
    }

    private string? NameOf(string name) =>
        _weights.ContainsKey(name) ? name : _weights.ContainsKey(Prefix + name) ? Prefix + name : null;

    private static string FilterOf(string name) => name[..name.IndexOf(".tef.", StringComparison.Ordinal)];

    /// <summary>
    /// Tensors of published files that follow from others: causal masks, and the head of a model that ties it to the embedding.
    /// </summary>
    private static bool IsDerived(string name) =>
        name.EndsWith(".attn.bias", StringComparison.Ordinal) || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal)
        || name == "lm_head.weight";
}
