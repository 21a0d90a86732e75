using Tef.Core.Models;

namespace Tef.Core.Training;

/// <summary>
/// Trains a model on what a teacher predicts beside what the text says (Hinton, Vinyals and Dean, "Distilling the knowledge in a
/// neural network", 2015). The loss is <c>(1 − w)·L + w·T²·KL(p ‖ q)</c> with the loss L of the text, the teacher's distribution p and the
/// model's q, both of logits over T, averaged over the tokens with a target. Reported training losses stay those of the text.
/// </summary>
/// <param name="Teacher">
/// A model of the same backend and vocabulary, with a context at least as long. Its token filters act, its weights stay as they are. A
/// run that is taken up from a checkpoint must be given the same teacher again.
/// </param>
public sealed record Distillation(ILanguageModel Teacher)
{
    /// <summary>The weight w, between 0 and 1.</summary>
    public float Weight { get; init; } = 0.5f;

    /// <summary>The temperature T of both distributions, above 0.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Throws when a setting is out of range or the teacher does not fit.</summary>
    /// <param name="student">The model to train.</param>
    /// <exception cref="ArgumentException">Names the setting, what was expected and what was found.</exception>
    public void Validate(LanguageModelOptions student)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(Teacher);
        OptionGuard.Between(Weight, 0, 1);
        OptionGuard.Positive(Temperature);
        var teacher = Teacher.Options;
        OptionGuard.Holds(
            teacher.VocabularySize == student.VocabularySize, nameof(Teacher),
            $"The teacher must have the vocabulary of the model, {student.VocabularySize} tokens, but has {teacher.VocabularySize}.");
        OptionGuard.Holds(
            teacher.Context >= student.Context, nameof(Teacher),
            $"The teacher must read at least the context of the model, {student.Context} tokens, but reads {teacher.Context}.");
    }
}
