using System.Text.Json.Serialization;

namespace Tef.Core.Models;

/// <summary>What every model family has in common: the part that tokenizers, trainers and decoders need to know.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "family")]
[JsonDerivedType(typeof(Gpt2Options), "gpt2")]
public abstract record LanguageModelOptions
{
    /// <summary>Number of token ids the model knows, <c>V</c>. Zero until a tokenizer has fixed it.</summary>
    public int VocabularySize { get; init; }

    /// <summary>Longest sequence in tokens, <c>T</c>.</summary>
    public int Context { get; init; } = 256;

    /// <summary>Number of blocks, in the order in which per-layer figures are reported.</summary>
    [JsonIgnore]
    public abstract int LayerCount { get; }

    /// <summary>Throws when a value is out of range or two values contradict each other.</summary>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public virtual void Validate()
    {
        OptionGuard.AtLeast(VocabularySize, 1);
        OptionGuard.AtLeast(Context, 1);
    }
}
