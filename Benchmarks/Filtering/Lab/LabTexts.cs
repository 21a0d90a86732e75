using System.Text;
using Tef.Core.Data;
using Tef.Core.Text;
using Tef.Core.Tokenization;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>The texts of the experiments as tokens of a vocabulary that the training text gives.</summary>
internal sealed class LabTexts
{
    private const string EndOfText = BpeTrainerOptions.EndOfText;

    private LabTexts(BpeEncoder encoder, MemoryTokenSource training, MemoryTokenSource validation)
    {
        Encoder = encoder;
        Training = training;
        Validation = validation;
        Fingerprint = Convert.ToHexStringLower(new ContentHash()
            .Add($"{encoder.Vocabulary.Tokens.Count} {training.Count} {training.TextBytes} {validation.Count} {validation.TextBytes}")
            .ToArray()[..4]);
    }

    public BpeEncoder Encoder { get; }

    public MemoryTokenSource Training { get; }

    public MemoryTokenSource Validation { get; }

    /// <summary>Tells texts and vocabularies apart.</summary>
    public string Fingerprint { get; }

    /// <summary>Trains the vocabulary and encodes both texts.</summary>
    /// <param name="folder">A folder with <c>train.txt</c> and <c>valid.txt</c>, stories that end with end-of-text.</param>
    /// <param name="vocabulary">Tokens of the vocabulary.</param>
    /// <exception cref="FileNotFoundException">One of the files is missing.</exception>
    public static LabTexts Read(string folder, int vocabulary)
    {
        string training = File("train.txt"), validation = File("valid.txt");
        var encoder = new BpeEncoder(new BpeTrainer(new BpeTrainerOptions { VocabularySize = vocabulary })
            .Train(DocumentReader.Read(training).Select(document => document.Text)));
        return new LabTexts(encoder, Encode(encoder, training), Encode(encoder, validation));

        string File(string name)
        {
            string path = Path.Combine(folder, name);
            return System.IO.File.Exists(path)
                ? path
                : throw new FileNotFoundException($"The experiments need '{path}': stories, each ended by {EndOfText}. It does not exist.");
        }
    }

    private static MemoryTokenSource Encode(BpeEncoder encoder, string path)
    {
        var source = new MemoryTokenSource(encoder.Vocabulary.Tokens.Count);
        var ids = new List<int>();
        foreach (var document in DocumentReader.Read(path))
        {
            ids.Clear();
            encoder.Encode(document.Text, ids);
            if (!document.Continues)
                encoder.Encode(EndOfText, ids);
            source.Add(ids.ToArray(), Encoding.UTF8.GetByteCount(document.Text));
        }
        return source;
    }
}
