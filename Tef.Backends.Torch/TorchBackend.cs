using Microsoft.Extensions.Logging;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Evaluation;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Training;
using Tef.Backends.Torch.Weights;
using Tef.Core.Data;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Backends.Torch;

/// <summary>The backend on TorchSharp tensors: the managed engine, or libtorch where its packages are at hand.</summary>
internal sealed class TorchBackend : ILanguageModelBackend
{
    private readonly Device _device;
    private readonly ComputeKernels _kernels;
    private readonly InferencePrecision _precision;
    private readonly ILogger _logger;

    public TorchBackend(
        TefRuntimeOptions options,
        IEnumerable<ITokenFilterKernels> tokenFilters,
        IEnumerable<ITokenSelectorRule> selectorRules,
        ILoggerFactory logging)
    {
        _logger = logging.CreateLogger("Tef.Torch");
        _device = DeviceChoice.Choose(options.Device);
        _precision = options.InferencePrecision;
        if (options.Threads > 0)
            set_num_threads(options.Threads);
        _kernels = new ComputeKernels(
            TransformerKernelsChoice.Best(),
            TokenFilterKernelsChoice.Choose(tokenFilters, options.TokenFilterKernels, _device, _logger))
        {
            SelectorRules = [.. selectorRules],
        };
        _logger.LogInformation(
            "Device {Device}, transformer kernels {Kernels}, token filter kernels {Filter}, {Threads} threads",
            _device, _kernels.Transformer.Name, _kernels.TokenFilter.Name, get_num_threads());
    }

    public string Name => "torch";

    public ILanguageModel Create(LanguageModelOptions options, int seed) => Build(options, seed);

    public ILanguageModel Load(LanguageModelOptions options, Stream weights) => Fill(options, module => WeightFile.Read(module, weights));

    public ILanguageModel Load(LanguageModelOptions options, IWeightSource weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return Fill(options, module => WeightFile.Read(module, weights));
    }

    public TrainingResult Train(
        ILanguageModel model,
        TrainingData data,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var own = Own(model);
        var teacher = data.Distillation is { } distillation ? Own(distillation.Teacher) : null;
        if (teacher == own)
            throw new ArgumentException("A model cannot be its own teacher while it learns.", nameof(data));
        own.StoredWeights.Clear();
        try
        {
            return new Trainer(own.Module, _kernels.Transformer, _device, _logger, teacher?.Module).Run(data, options, progress, cancellation);
        }
        finally
        {
            // Whoever looked on while training may have stored weights.
            own.StoredWeights.Clear();
        }
    }

    public LearningRateCurve FindLearningRate(
        ILanguageModel model,
        TrainingData data,
        TrainingOptions options,
        LearningRateSearchOptions? search = null,
        IProgress<LearningRatePoint>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var finder = new LearningRateFinder(Own(model).Module, _kernels.Transformer, _device);
        return finder.Run(data, options, search ?? new LearningRateSearchOptions(), progress, cancellation);
    }

    public EvaluationResult Evaluate(
        ILanguageModel model, ITokenSource tokens, EvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        options ??= new EvaluationOptions();
        var own = Own(model);
        var weights = own.StoredWeights.At(options.Precision);
        return new Evaluator(own.Module, _kernels.Transformer, _device, weights).Run(tokens, options, cancellation);
    }

    public FilterOverride Calibrate(
        ILanguageModel model, ITokenSource tokens, float keep, EvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var own = Own(model);
        return new FilterCalibration(own.Module, new Evaluator(own.Module, _kernels.Transformer, _device))
            .Run(tokens, keep, options ?? new EvaluationOptions(), cancellation);
    }

    private TorchLanguageModel Build(LanguageModelOptions options, int? seed)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var module = LanguageModuleFactory.Create(options, _kernels, _device, seed);
        module.eval();
        return new TorchLanguageModel(module, _kernels.Transformer, _device, _precision);
    }

    private TorchLanguageModel Fill(LanguageModelOptions options, Action<LanguageModule> read)
    {
        TorchLanguageModel model = Build(options, seed: null);
        try
        {
            read(model.Module);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static TorchLanguageModel Own(ILanguageModel model) => model as TorchLanguageModel
        ?? throw new ArgumentException($"The model belongs to another backend: {model?.GetType().Name ?? "null"}.", nameof(model));
}
