using Tef.Core.HuggingFace.Pickle;
using Tef.Core.Models;
using Tef.Core.Tokenization;

namespace Tef.Core.HuggingFace;

/// <summary>
/// A GPT-2 in the form in which the Hugging Face hub has it: a folder of <c>config.json</c>, weights, <c>vocab.json</c> and
/// <c>merges.txt</c>. Weights are <c>model.safetensors</c>, whole or in shards with an index, or <c>pytorch_model.bin</c>, the
/// pickles of which are read without executing anything.
/// </summary>
/// <example>
/// <code>
/// HubFolder folder = HubFolder.Open("gpt2");
/// using IWeightSource weights = folder.OpenWeights();
/// ILanguageModel model = backend.Load(folder.Options, weights);
/// BpeVocabulary vocabulary = folder.LoadVocabulary();
/// </code>
/// </example>
public sealed partial class HubFolder
{
    /// <summary>The file of the configuration.</summary>
    public const string ConfigurationFileName = "config.json";

    /// <summary>The file of the weights.</summary>
    public const string WeightsFileName = "model.safetensors";

    private const string PickledFileName = "pytorch_model.bin";
    private const string IndexSuffix = ".index.json";
    private const string Advice =
        "Download the whole folder of a GPT-2 from the Hugging Face hub, such as openai-community/gpt2 or distilbert/distilgpt2.";

    private HubFolder(string path, Gpt2Options options)
    {
        Path = path;
        Options = options;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The model as <c>config.json</c> describes it, token filtering included if the folder was written here.</summary>
    public Gpt2Options Options { get; }

    /// <summary>The token that stands between documents, as <c>tokenizer_config.json</c> has it; null when the folder does not say.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public string? EndOfText => TokenizerConfig.ReadEndOfText(Path);

    /// <summary>Reads the configuration of a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder; the message says where to get one.</exception>
    /// <exception cref="FileNotFoundException">It has no <c>config.json</c>.</exception>
    /// <exception cref="InvalidDataException">The configuration is damaged, or describes a model that is not supported.</exception>
    public static HubFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{path}'. {Advice}");
        string configuration = System.IO.Path.Combine(path, ConfigurationFileName);
        if (!File.Exists(configuration))
            throw new FileNotFoundException($"The folder '{path}' has no {ConfigurationFileName}. {Advice}", configuration);
        return new HubFolder(path, Gpt2Config.Read(configuration));
    }

    /// <summary>Opens the weights; they are read as they are asked for.</summary>
    /// <returns>The weights under the names of their files, to be disposed.</returns>
    /// <exception cref="FileNotFoundException">The folder has no weights, or lacks shards; the message lists what is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public IWeightSource OpenWeights()
    {
        if (Has(WeightsFileName, out string path))
            return OpenSafetensors(path);
        if (Has(WeightsFileName + IndexSuffix, out path))
            return new ShardedWeights(path, OpenSafetensors);
        if (Has(PickledFileName, out path))
            return OpenPickle(path);
        if (Has(PickledFileName + IndexSuffix, out path))
            return new ShardedWeights(path, OpenPickle);
        throw new FileNotFoundException(
            $"The folder '{Path}' has no weights: neither {WeightsFileName} nor {PickledFileName}, nor an index of their shards "
            + $"({WeightsFileName}{IndexSuffix}, {PickledFileName}{IndexSuffix}). {Advice}",
            System.IO.Path.Combine(Path, WeightsFileName));
    }

    /// <summary>Reads the tokenizer's vocabulary.</summary>
    /// <exception cref="FileNotFoundException">A file is missing; the message says where to get it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or they do not belong together; the message has file and line.</exception>
    public BpeVocabulary LoadVocabulary() => LoadVocabulary(Path);

    /// <summary>Reads the tokenizer's vocabulary from a folder that need have nothing else.</summary>
    /// <param name="folder">A folder with <c>vocab.json</c> and <c>merges.txt</c>.</param>
    /// <inheritdoc cref="LoadVocabulary()" path="/exception"/>
    public static BpeVocabulary LoadVocabulary(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        foreach (string name in (ReadOnlySpan<string>)[BpeVocabulary.VocabularyFileName, BpeVocabulary.MergesFileName])
        {
            string path = System.IO.Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new FileNotFoundException(
                    $"The folder '{folder}' has no {name}; the tokenizer needs {BpeVocabulary.VocabularyFileName} and "
                    + $"{BpeVocabulary.MergesFileName}. {Advice}", path);
            }
        }

        return BpeVocabulary.Load(folder);
    }

    private static SafetensorsWeights OpenSafetensors(string path)
    {
        RequireContent(path);
        return new SafetensorsWeights(path);
    }

    private static PickleWeights OpenPickle(string path)
    {
        RequireContent(path);
        return PickleFile.Open(path);
    }

    /// <summary>A clone without Git LFS has a few lines of text in the place of each large file.</summary>
    private static void RequireContent(string path)
    {
        ReadOnlySpan<byte> pointer = "version https://git-lfs"u8;
        Span<byte> start = stackalloc byte[pointer.Length];
        using FileStream file = File.OpenRead(path);
        int length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (start[..length].SequenceEqual(pointer))
            throw new InvalidDataException($"{path} is a pointer of Git LFS and not the weights. Run 'git lfs pull' in the folder.");
    }

    private bool Has(string name, out string path)
    {
        path = System.IO.Path.Combine(Path, name);
        return File.Exists(path);
    }
}
