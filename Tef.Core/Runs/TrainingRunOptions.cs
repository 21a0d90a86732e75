using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tef.Core.Tokenization;
using Tef.Core.Tracking;

namespace Tef.Core.Runs;

/// <summary>What the caller of a run wants besides its configuration.</summary>
public sealed record TrainingRunOptions
{
    /// <summary>Told while the tokenizer is trained.</summary>
    public IProgress<TokenizerTrainingProgress>? TokenizerProgress { get; init; }

    /// <summary>Trackers of the caller's own, which follow the run beside those of the configuration.</summary>
    public IReadOnlyList<IRunTracker> Trackers { get; init; } = [];

    /// <summary>Where the console tracker writes; <see cref="System.Console.Out"/> when null.</summary>
    public TextWriter? Console { get; init; }

    /// <summary>Told what the run does.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
