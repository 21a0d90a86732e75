using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.Core.Text;
using Tef.Core.Text.Cleaning;
using Tef.Core.Training;

namespace Tef.Core.Configuration;

/// <summary>What the types of options do not say themselves: their defaults and how to check them.</summary>
internal static class OptionRules
{
    /// <summary>Options in which nothing was set, by type. Types without defaults are absent: all of their members are required.</summary>
    public static IReadOnlyDictionary<Type, object> Defaults { get; } = new object[]
    {
        new Gpt2Options(),
        new Gpt2Architecture(),
        new TefOptions { Selector = new Budget(1) },
        new FilterOverride(new Budget(1)),
        new TrainingOptions(),
        new CheckpointOptions(),
        new SequenceUnlikelihoodOptions(),
        new EvaluationOptions(),
        new GenerationOptions(),
        new DocumentReadOptions(),
        new PackingOptions(),
        new MetaOptions(),
        new CleaningOptions(),
        new TefConfiguration(),
        new TokenizerSettings(),
        new SentencePieceSettings(),
        new DataSettings(),
        new RunSettings(),
        new TrackingSettings(),
        new ClearMLSettings(),
    }.ToDictionary(options => options.GetType());

    /// <summary>Throws when a value is out of range.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public static void Validate(object options)
    {
        switch (options)
        {
            case LanguageModelOptions model:
                // A configuration is complete before its tokenizer is.
                (model.VocabularySize == 0 ? model with { VocabularySize = 1 } : model).Validate();
                break;
            case TefOptions tef:
                tef.Validate(int.MaxValue);
                break;
            case TrainingOptions training:
                training.Validate();
                break;
            case EvaluationOptions evaluation:
                OptionGuard.AtLeast(evaluation.BatchSize, 1, nameof(evaluation.BatchSize));
                OptionGuard.AtLeast(evaluation.Stride, 0, nameof(evaluation.Stride));
                evaluation.Filter?.Selector.Validate();
                break;
            case GenerationOptions generation:
                generation.Validate();
                break;
            case PackingOptions packing:
                packing.Validate();
                break;
            case MetaOptions meta:
                meta.Validate();
                break;
            case CleaningOptions cleaning:
                cleaning.Validate();
                break;
            case DocumentReadOptions documents:
                documents.Validate();
                break;
            case TokenizerSettings tokenizer:
                tokenizer.Validate();
                break;
            case DataSettings data:
                data.Validate();
                break;
            case RunSettings run:
                run.Validate();
                break;
            case TrackingSettings tracking:
                tracking.Validate();
                break;
            default:
                throw new ArgumentException($"There are no rules for {options.GetType()}.", nameof(options));
        }
    }
}
