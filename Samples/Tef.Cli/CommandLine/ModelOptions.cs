using System.CommandLine;
using Tef.Cli.Models;
using Tef.Core.Configuration;
using Tef.Core.Runs;
using Tef.Samples.Common;

namespace Tef.Cli.CommandLine;

/// <summary>The argument and options by which a command takes a trained model.</summary>
internal sealed class ModelOptions
{
    private readonly Argument<string> _model = new("MODEL")
    {
        Description =
            "A run folder, a checkpoint or a folder of them (wherever they lie), a folder of the Hugging Face hub (config.json, weights, "
            + "tokenizer), or a model zip of ML.NET.",
    };

    private readonly Option<string?> _checkpoint = new("--checkpoint")
    {
        Description =
            "Of a run folder or a folder of checkpoints: final, best (by training.monitor), last (newest) or a step. [default: final, or best "
            + "before the end; last of checkpoints]",
        HelpName = "WHICH",
    };

    private readonly Option<string?> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N. [default: auto]",
        HelpName = "NAME",
    };

    private readonly Option<int?> _threads = NumberOption.Whole("--threads", "Threads of the tensor engine. [default: all processors]");

    public ModelOptions()
    {
        _checkpoint.CompletionSources.Add("final", "best", "last");
        _device.CompletionSources.Add("auto", "cpu", "cuda");
    }

    /// <summary>The configuration of the run, under that of the command line.</summary>
    public ConfigurationOptions Configuration { get; } = new();

    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_checkpoint);
        Configuration.AddTo(command);
        command.Add(_device);
        command.Add(_threads);
    }

    public string Path(ParseResult result) => result.GetValue(_model)!;

    /// <summary>The configuration of the run that the model is from, with what the command line lays over it.</summary>
    public TefConfiguration LoadConfiguration(ParseResult result)
    {
        List<string> more = [];
        if (result.GetValue(_device) is { } device)
            more.Add($"run.device={device}");
        if (result.GetValue(_threads) is { } threads)
            more.Add($"run.threads={threads}");
        return Configuration.Load(result, SavedModel.FindConfiguration(Path(result)), more);
    }

    /// <summary>Opens the model.</summary>
    public OpenedModel Open(ParseResult result, TefConfiguration configuration) =>
        OpenedModel.Open(Path(result), configuration.Run, result.GetValue(_checkpoint));
}
