using Microsoft.ML;
using Tef.MLNet;
using Tef.Samples.Quickstart.CommandLine;
using Tef.Samples.Quickstart.Stories;

namespace Tef.Samples.Quickstart.Training;

/// <summary>The text to learn from and the text to measure on.</summary>
/// <param name="Training">Rows with a column <c>Text</c>.</param>
/// <param name="Validation">Likewise; null when a share of <paramref name="Training"/> is to be held back.</param>
/// <param name="ValidationBytes">Size of the file behind <paramref name="Validation"/>; null without one.</param>
/// <param name="Description">Names and sizes of the files.</param>
internal sealed record TrainingTexts(IDataView Training, IDataView? Validation, long? ValidationBytes, string Description)
{
    private const long OwnTrainingBytes = 2_500_000;
    private const long OwnValidationBytes = 100_000;

    /// <summary>The files of the command line, or new ones of our own stories below the output folder.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    public static TrainingTexts Open(MLContext ml, QuickstartSettings settings)
    {
        if (settings.Data is not null)
            return Load(ml, Existing("--data", settings.Data), settings.Valid is null ? null : Existing("--valid", settings.Valid));

        string training = Path.Combine(settings.Out, "corpus", "train.txt");
        string validation = Path.Combine(settings.Out, "corpus", "valid.txt");
        StoryCorpus.Write(training, OwnTrainingBytes, validation, OwnValidationBytes, settings.Seed);
        return Load(ml, training, validation);
    }

    private static TrainingTexts Load(MLContext ml, string training, string? validation) => new(
        ml.Data.LoadFromDocuments(training),
        validation is null ? null : ml.Data.LoadFromDocuments(validation),
        validation is null ? null : new FileInfo(validation).Length,
        $"{Describe(training)}, measured on {(validation is null ? "a share of it" : Describe(validation))}");

    private static string Describe(string path) => $"{path} ({new FileInfo(path).Length:N0} bytes)";

    private static string Existing(string option, string path) =>
        File.Exists(path) ? path : throw new FileNotFoundException($"{option}: there is no file '{path}'.", path);
}
