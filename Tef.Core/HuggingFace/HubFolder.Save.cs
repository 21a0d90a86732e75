using Tef.Core.IO;
using Tef.Core.Models;
using Tef.Core.Safetensors;
using Tef.Core.Tokenization;

namespace Tef.Core.HuggingFace;

public sealed partial class HubFolder
{
    /// <summary>
    /// Writes a model as a folder that Hugging Face's transformers load: weights alone, no optimizer state. Token filters keep
    /// names of their own (<c>transformer.h.1.tef.weight</c>) and a key of their own in the configuration (<c>tef</c>), which
    /// transformers leave unread. Each file is written aside and renamed, the configuration last.
    /// </summary>
    /// <param name="path">The folder; made if need be, files of the same names are replaced.</param>
    /// <param name="model">A GPT-2.</param>
    /// <param name="vocabulary">The tokenizer; no tokenizer files when null.</param>
    /// <param name="endOfText">The token that stands between documents.</param>
    /// <param name="type">The type of the weights: F32, BF16 or F16.</param>
    /// <param name="anyArchitecture">
    /// Writes also what transformers cannot be told, with a configuration that <see cref="Open"/> reads and transformers refuse.
    /// </param>
    /// <exception cref="ArgumentException">The model is no GPT-2, the type is another, or the vocabulary is not the model's.</exception>
    /// <exception cref="NotSupportedException">
    /// The model's architecture is none that transformers' GPT-2 can be told to have; the message names the options.
    /// </exception>
    public static void Save(
        string path,
        ILanguageModel model,
        BpeVocabulary? vocabulary = null,
        string endOfText = BpeTrainerOptions.EndOfText,
        SafetensorsType type = SafetensorsType.F32,
        bool anyArchitecture = false)
    {
        Gpt2Options options = RequireGpt2(path, model, type, anyArchitecture);
        int? endOfTextId = null;
        if (vocabulary is not null)
        {
            RequireSize(vocabulary.Tokens.Count, options, nameof(vocabulary));
            vocabulary.Save(path);
            if (vocabulary.TryGetId(endOfText, out int id))
                endOfTextId = id;
            TokenizerJson.Write(vocabulary, System.IO.Path.Combine(path, TokenizerJson.FileName));
            TokenizerConfig.Write(path, vocabulary, endOfTextId is null ? null : endOfText, options.Context);
        }

        SaveModel(path, model, options, type, endOfTextId);
    }

    /// <summary>Writes a model whose tokenizer is a SentencePiece model, in the file <c>tokenizer.model</c>.</summary>
    /// <param name="path">The folder; made if need be, files of the same names are replaced.</param>
    /// <param name="model">A GPT-2.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="endOfText">The piece that stands between documents.</param>
    /// <param name="type">The type of the weights: F32, BF16 or F16.</param>
    /// <param name="anyArchitecture">As above.</param>
    /// <inheritdoc cref="Save(string, ILanguageModel, BpeVocabulary, string, SafetensorsType, bool)" path="/exception"/>
    public static void Save(
        string path,
        ILanguageModel model,
        SentencePieceVocabulary tokenizer,
        string endOfText,
        SafetensorsType type = SafetensorsType.F32,
        bool anyArchitecture = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        Gpt2Options options = RequireGpt2(path, model, type, anyArchitecture);
        RequireSize(tokenizer.Pieces.Count, options, nameof(tokenizer));
        if (!tokenizer.TryGetId(endOfText, out int id))
            throw new ArgumentException($"The model has no piece '{endOfText}' to stand between documents.", nameof(endOfText));
        tokenizer.Save(System.IO.Path.Combine(path, SentencePieceVocabulary.FileName));
        TokenizerConfig.Write(path, tokenizer, endOfText, options.Context);
        SaveModel(path, model, options, type, id);
    }

    private static Gpt2Options RequireGpt2(string path, ILanguageModel model, SafetensorsType type, bool anyArchitecture)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        if (type is not (SafetensorsType.F32 or SafetensorsType.F16 or SafetensorsType.BF16))
            throw new ArgumentException($"Weights are written as F32, F16 or BF16, not as {type}.", nameof(type));
        if (model.Options is not Gpt2Options options)
            throw new ArgumentException($"Only a GPT-2 has this format, not a model of {model.Options.GetType().Name}.", nameof(model));
        IReadOnlyList<string> parts = Gpt2Config.Inexpressible(options);
        return parts.Count == 0 || anyArchitecture
            ? options
            : throw new NotSupportedException(
                $"A folder of the hub cannot hold this model, because transformers' GPT-2 has no such parts: {string.Join(", ", parts)}. "
                + "With anyArchitecture (tef export --any-architecture) it is written for this library alone; a pipeline can be saved as a zip.");
    }

    private static void RequireSize(int tokens, Gpt2Options options, string parameter)
    {
        if (tokens != options.VocabularySize)
            throw new ArgumentException($"The vocabulary has {tokens} tokens, but the model knows {options.VocabularySize}.", parameter);
    }

    private static void SaveModel(string path, ILanguageModel model, Gpt2Options options, SafetensorsType type, int? endOfTextId)
    {
        AtomicFile.Write(System.IO.Path.Combine(path, WeightsFileName), stream => model.SaveWeights(stream, type));
        string configuration = System.IO.Path.Combine(path, ConfigurationFileName);
        if (Gpt2Config.Inexpressible(options).Count == 0)
            Gpt2Config.Write(options, type, endOfTextId, configuration);
        else
            OwnConfig.Write(options, configuration);
    }
}
