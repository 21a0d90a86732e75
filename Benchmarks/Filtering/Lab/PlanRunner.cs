using System.Diagnostics;
using Tef.Core.IO;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>
/// Makes the runs of a plan that have no result yet. Several processes may work on one folder: whoever has a run's lock file open
/// makes it. A process that dies leaves no result, and the run is made again.
/// </summary>
/// <param name="backend">What trains.</param>
/// <param name="texts">The texts.</param>
/// <param name="folder">Where results and weights go.</param>
/// <param name="log">Is told what happens.</param>
internal sealed class PlanRunner(ILanguageModelBackend backend, LabTexts texts, string folder, TextWriter log)
{
    private const int StepsPerPoint = 20;

    /// <returns>The results of all runs that are finished now, in the order of the plan.</returns>
    public IReadOnlyList<RunResult> Run(IEnumerable<RunSetting> plan, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var results = new List<RunResult>();
        foreach (var setting in plan)
        {
            if (cancellation.IsCancellationRequested)
                break;
            if (Run(setting, cancellation) is { } result)
                results.Add(result);
        }
        return results;
    }

    public static string ResultFile(string folder, string id) => Path.Combine(folder, $"{id}.json");

    public static string WeightsFile(string folder, string id) => Path.Combine(folder, $"{id}.safetensors");

    private RunResult? Run(RunSetting setting, CancellationToken cancellation)
    {
        string id = setting.Id(texts.Fingerprint);
        string file = ResultFile(folder, id);
        if (File.Exists(file))
            return RunResult.Read(file);
        using var claim = Claim(id);
        if (claim is null)
        {
            log.WriteLine($"{id}: another process is at it");
            return null;
        }
        if (File.Exists(file))
            return RunResult.Read(file);
        var clock = Stopwatch.StartNew();
        log.WriteLine($"{id}: {setting.Training.MaxSteps} steps");
        using var model = backend.Create(setting.Model, setting.Seed);
        var result = Train(setting, model, cancellation);
        if (result is null)
            return null;
        AtomicFile.Write(WeightsFile(folder, id), model.SaveWeights);
        AtomicFile.WriteAllText(file, result.Write());
        log.WriteLine($"{id}: {result.Loss:F4} nats, {result.BitsPerByte:F4} bits per byte, {clock.Elapsed.TotalMinutes:F1} minutes");
        return result;
    }

    private RunResult? Train(RunSetting setting, ILanguageModel model, CancellationToken cancellation)
    {
        var curve = new RunCurve(StepsPerPoint);
        using var teacher = setting.Teacher is { } run ? TrainedRuns.Load(backend, [run], run.Name, texts, folder) : null;
        var data = new TrainingData(texts.Training, texts.Validation)
        {
            Distillation = teacher is null ? null : new Distillation(teacher),
        };
        var trained = backend.Train(
            model, data, setting.Training with { Seed = setting.Seed }, curve, cancellation);
        if (trained.End == TrainingEnd.Cancelled)
            return null;
        var validation = trained.Validation!;
        return new RunResult
        {
            Name = setting.Name,
            Seed = setting.Seed,
            Setting = setting.Identity(texts.Fingerprint),
            Steps = trained.Steps,
            Parameters = model.ParameterCount,
            MegaflopsPerToken = ModelArithmetic.ForwardPerToken(setting.Model) / 1e6,
            Loss = validation.Loss,
            BitsPerByte = validation.BitsPerByte,
            KeptShare = [.. validation.KeptShare],
            Training = [.. curve.Training],
            Validation = [.. curve.Validation],
        };
    }

    private FileStream? Claim(string id)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, $"{id}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
