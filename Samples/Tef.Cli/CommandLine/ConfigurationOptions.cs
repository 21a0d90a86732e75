using System.CommandLine;
using System.CommandLine.Completions;
using Tef.Core.Configuration;

namespace Tef.Cli.CommandLine;

/// <summary>The options by which a command takes a configuration.</summary>
internal sealed class ConfigurationOptions
{
    private readonly Option<string[]> _files = new("--config", "-c")
    {
        Description = "YAML file or preset (see 'tef config presets'); several are laid over each other, later ones win.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string[]> _overrides = new("--set")
    {
        Description = "One option, over all files: training.batchSize=8. 'tef config explain' lists all options.",
        HelpName = "NAME=VALUE",
        AllowMultipleArgumentsPerToken = false,
    };

    public ConfigurationOptions()
    {
        _files.CompletionSources.Add(_ => Presets.All.Select(preset => new CompletionItem(preset.Name)));
        _overrides.CompletionSources.Add(_ => OptionCatalog.All.Select(option => new CompletionItem($"{option.Path}=")));
    }

    public void AddTo(Command command)
    {
        command.Add(_files);
        command.Add(_overrides);
    }

    /// <summary>Whether the command line says anything about the configuration.</summary>
    public bool AreGiven(ParseResult result) => result.GetValue(_files) is { Length: > 0 } || result.GetValue(_overrides) is { Length: > 0 };

    /// <summary>Reads the configuration of the command line.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="below">What is laid under the files of the command line.</param>
    /// <param name="more">Overrides that come from other options of the command.</param>
    public TefConfiguration Load(ParseResult result, ConfigurationText? below = null, IEnumerable<string>? more = null)
    {
        IEnumerable<string> files = (result.GetValue(_files) ?? []).Select(Presets.Resolve);
        return ConfigurationFiles.Load(files, [.. result.GetValue(_overrides) ?? [], .. more ?? []], below);
    }
}
