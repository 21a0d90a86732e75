using Microsoft.Extensions.Logging;
using Tef.Core.Configuration;
using Tef.Core.Tracking;
using Tef.Core.Training;

namespace Tef.Core.Runs;

/// <summary>
/// Lets the model write after every validation: into <c>generated.txt</c> and to the trackers. A model that cannot generate, such as
/// one whose token selector looks ahead, is said so once in the log and trained all the same.
/// </summary>
internal sealed class SampleWriter(TrainingRun run, IRunTracker tracker, ILogger logger, CancellationToken cancellation)
    : IProgress<TrainingProgress>
{
    private bool _cannot;

    public void Report(TrainingProgress value)
    {
        if (value.Validation is not { } validation || _cannot)
            return;
        try
        {
            TefConfiguration configuration = run.Configuration;
            IReadOnlyList<string> prompts = configuration.Run.Prompts.Count > 0 ? configuration.Run.Prompts : [""];
            string[] texts =
            [
                .. prompts
                    .SelectMany(prompt => PromptContinuation.Continue(run.Model, run.Tokenizer, prompt, configuration.Generation, codes: null, cancellation))
                    .Select(text => text.Text),
            ];
            SampleFile.Append(run.Folder.Samples, new ValidationSamples
            {
                Step = value.Step,
                Epoch = value.Epoch,
                Loss = validation.Loss,
                Generation = configuration.Generation,
                Samples = texts,
            });
            tracker.Text(value.Step, "samples", string.Join("\n\n", texts));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The trainer sees the same token and ends the run.
        }
        catch (InvalidOperationException exception)
        {
            _cannot = true;
            logger.LogWarning("No samples are written: {Problem}", exception.Message);
        }
    }
}
