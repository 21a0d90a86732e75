using Tef.Core.Filtering;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.Core.Training;

namespace Tef.Core.Configuration;

/// <summary>Everything about a run; read by <see cref="ConfigurationFiles"/>.</summary>
public sealed record TefConfiguration
{
    /// <summary>Family and sizes of the model; the vocabulary size follows from the tokenizer.</summary>
    public LanguageModelOptions Model { get; init; } = new Gpt2Options();

    /// <summary>Token filtering; what the model says when null.</summary>
    public TefOptions? Tef { get; init; }

    /// <summary>The tokenizer.</summary>
    public TokenizerSettings Tokenizer { get; init; } = new();

    /// <summary>The texts.</summary>
    public DataSettings Data { get; init; } = new();

    /// <summary>How to train.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>How to continue prompts.</summary>
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>Where to compute and where to leave what is made.</summary>
    public RunSettings Run { get; init; } = new();

    /// <summary>Where the course of the run is told.</summary>
    public TrackingSettings Tracking { get; init; } = new();

    /// <summary>The model of this configuration over a vocabulary, with its token filter.</summary>
    /// <param name="vocabularySize">Tokens of the tokenizer.</param>
    /// <exception cref="ArgumentException">
    /// A value is out of range, the model asks for another vocabulary size, token filtering is given twice, or the family has none.
    /// </exception>
    public LanguageModelOptions CreateModel(int vocabularySize)
    {
        if (Model.VocabularySize != 0 && Model.VocabularySize != vocabularySize)
        {
            throw new ArgumentException(
                $"VocabularySize must be that of the tokenizer, {vocabularySize}, or zero, but is {Model.VocabularySize}.");
        }

        LanguageModelOptions model = Model switch
        {
            Gpt2Options { Tef: not null } when Tef is not null =>
                throw new ArgumentException("Token filtering is given twice: in 'model.tef' and in 'tef'."),
            Gpt2Options gpt2 => gpt2 with { VocabularySize = vocabularySize, Tef = gpt2.Tef ?? Tef },
            _ when Tef is not null => throw new ArgumentException($"{Model.GetType().Name} has no token filtering ('tef')."),
            _ => Model with { VocabularySize = vocabularySize },
        };
        model.Validate();
        return model;
    }
}
