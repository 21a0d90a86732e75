using Microsoft.Extensions.Logging;
using Tef.Backends.Torch.Models;
using Tef.Core.Checkpoints;
using Tef.Core.Configuration;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Training;

/// <summary>
/// Saves and takes up a run: weights with the thresholds of budgets, their moving average, the best weights so far, optimizer
/// states, and where the run stands. Batches, dropout and learning rate are functions of seed and step.
/// </summary>
internal sealed class TrainerCheckpoints(
    CheckpointOptions settings,
    TrainingOptions options,
    string text,
    LanguageModule module,
    Optimizers optimizers,
    WeightSnapshot best,
    WeightAverage? average,
    ILogger logger) : IDisposable
{
    private readonly CheckpointFolder _folder = new(settings);
    private readonly IDisposable _lock = new CheckpointFolder(settings).Lock();
    private long _saved = -1;

    /// <summary>Goes on from the newest usable checkpoint, if there is one.</summary>
    /// <exception cref="InvalidDataException">All checkpoints are damaged.</exception>
    /// <exception cref="InvalidOperationException">The checkpoint is of another model, text or way of training.</exception>
    public void Restore(TrainingState state)
    {
        if (!settings.Resume && _folder.Steps.Count > 0)
        {
            throw new InvalidOperationException(
                $"The folder '{settings.Folder}' has checkpoints of another run. Resume it, or choose another folder.");
        }

        CheckpointManifest? manifest = _folder.FindLatest(
            damaged => logger.LogWarning("{Problem} The checkpoint before it is used.", damaged.Message));
        if (manifest is null)
            return;
        RequireSame("model", OptionsJson.Write(manifest.Model), OptionsJson.Write(module.Options));
        RequireSame("training", OptionsJson.Write(WithoutLimits(manifest.Training)), OptionsJson.Write(WithoutLimits(options)));
        RequireSame("training text", manifest.Text, text);

        RequireSameThreads(manifest);

        if (manifest.BestValidation is not null && options.KeepBest)
            best.Take();
        using var steps = optimizers.CopyStepCounts();
        CheckpointTensors.Read(_folder.TensorsPath(manifest.Step), Tensors(steps));
        optimizers.SetStepCounts(steps);
        state.Step = _saved = manifest.Step;
        state.Before = TimeSpan.FromSeconds(manifest.Seconds);
        state.AverageLoss = manifest.AverageLoss;
        state.Validation = manifest.Validation;
        state.BestValidation = manifest.BestValidation;
        state.BestMetric = manifest.BestMetric;
        state.ValidationDue = manifest.ValidationDue;
        state.ValidationsSinceBest = manifest.ValidationsSinceBest;
        logger.LogInformation("Resumed from the checkpoint of step {Step} in {Folder}", manifest.Step, settings.Folder);
    }

    /// <summary>Saves a checkpoint when the options ask for one after this step.</summary>
    public void SaveIfDue(TrainingState state, TrainingProgress step, TimeSpan elapsed, bool atInterval)
    {
        if (settings.Interval > 0 ? state.Step % settings.Interval == 0 : atInterval)
            Save(state, elapsed, MonitoredMetric.Value(options.Monitor, step));
    }

    /// <summary>Saves a checkpoint unless this step has one.</summary>
    public void Save(TrainingState state, TimeSpan elapsed, double? metric = null)
    {
        if (_saved == state.Step)
            return;
        using var steps = optimizers.CopyStepCounts();
        var manifest = new CheckpointManifest
        {
            Step = state.Step,
            Model = module.Options,
            Training = options,
            Text = text,
            Configuration = settings.Configuration,
            Threads = get_num_threads(),
            Seconds = elapsed.TotalSeconds,
            AverageLoss = state.AverageLoss,
            Validation = state.Validation,
            BestValidation = state.BestValidation,
            BestMetric = state.BestMetric,
            ValidationsSinceBest = state.ValidationsSinceBest,
            ValidationDue = state.ValidationDue,
            Metric = metric,
        };
        _folder.Write(manifest, CheckpointTensors.Write(Tensors(steps)));
        _saved = state.Step;
    }

    /// <summary>Notes what the last validation says of the checkpoint of the last step.</summary>
    public void SetMetric(TrainingState state)
    {
        if (_saved == state.Step && state.Validation is { } validation
            && MonitoredMetric.Value(options.Monitor, validation) is { } metric)
        {
            _folder.SetMetric(state.Step, metric);
        }
    }

    public void Dispose() => _lock.Dispose();

    private Dictionary<string, Tensor> Tensors(Tensor steps)
    {
        var tensors = new Dictionary<string, Tensor> { ["optimizer.steps"] = steps };
        foreach (var (name, weight) in module.state_dict())
            tensors.Add($"model.{name}", weight);
        foreach (var (name, weight) in average?.Averages ?? [])
            tensors.Add($"average.{name}", weight);
        foreach (var (name, weight) in best.Copies)
            tensors.Add($"best.{name}", weight);
        foreach (var (name, state) in optimizers.States())
            tensors.Add($"optimizer.{name}", state);
        return tensors;
    }

    /// <summary>What may differ between the parts of a run: when it ends and where its checkpoints are.</summary>
    private static TrainingOptions WithoutLimits(TrainingOptions options) =>
        options with
        {
            Epochs = 0,
            MaxSteps = 0,
            MaxMinutes = 0,
            EarlyStoppingPatience = 0,
            PrefetchBatches = 0,
            GateInterval = 0,
            Checkpoints = null,
        };

    private void RequireSameThreads(CheckpointManifest manifest)
    {
        int threads = get_num_threads();
        if (manifest.Threads == threads || manifest.Threads == 0)
            return;
        string message = $"The checkpoint of step {manifest.Step} in '{settings.Folder}' was made with {manifest.Threads} threads, but "
            + $"this run has {threads}: the last bits of sums may differ.";
        if (options.Deterministic)
            throw new InvalidOperationException(message + " Set the threads, or Deterministic to false.");
        logger.LogWarning("{Problem}", message);
    }

    private void RequireSame(string what, string stored, string current)
    {
        if (stored == current)
            return;
        string[] before = stored.Split('\n'), now = current.Split('\n');
        int line = Enumerable.Range(0, Math.Min(before.Length, now.Length)).FirstOrDefault(i => before[i] != now[i]);
        throw new InvalidOperationException(
            $"The checkpoint of step {_folder.Steps[0]} in '{settings.Folder}' is of another {what}: "
            + $"it has {before[line].Trim().TrimEnd(',')}, but this run has {now[line].Trim().TrimEnd(',')}.");
    }
}
