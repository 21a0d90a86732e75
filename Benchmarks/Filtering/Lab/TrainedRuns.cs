using Tef.Core.Filtering;
using Tef.Core.Models;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>Finds the weights that plans have left.</summary>
internal static class TrainedRuns
{
    /// <summary>Loads the first seed of a run whose weights are there.</summary>
    /// <param name="backend">What loads.</param>
    /// <param name="plans">All runs there are.</param>
    /// <param name="name">The run's name in its plan.</param>
    /// <param name="texts">The texts that it was trained on.</param>
    /// <param name="folder">Where the plans have written.</param>
    /// <param name="change">Changes the filters, which the weights do not depend on; as they were trained when null.</param>
    /// <exception cref="ArgumentException">No plan has such a run.</exception>
    /// <exception cref="FileNotFoundException">The run is not finished.</exception>
    public static ILanguageModel Load(
        ILanguageModelBackend backend,
        IReadOnlyList<RunSetting> plans,
        string name,
        LabTexts texts,
        string folder,
        Func<TefOptions, TefOptions>? change = null)
    {
        RunSetting[] settings = [.. plans.Where(setting => setting.Name == name).OrderBy(setting => setting.Seed)];
        if (settings.Length == 0)
        {
            throw new ArgumentException(
                $"No plan has a run named '{name}'. There are: "
                + $"{string.Join(", ", plans.Select(setting => setting.Name).Distinct())}.");
        }
        foreach (var setting in settings)
        {
            string file = PlanRunner.WeightsFile(folder, setting.Id(texts.Fingerprint));
            if (!File.Exists(file))
                continue;
            using var stream = File.OpenRead(file);
            var options = change is not null && setting.Model.Tef is { } tef ? setting.Model with { Tef = change(tef) } : setting.Model;
            return backend.Load(options, stream);
        }
        throw new FileNotFoundException($"The run '{name}' has no weights in '{folder}'. Make its plan first: tef run.");
    }
}
