using System.Text;
using Tef.Core.IO;

namespace Tef.Samples.Quickstart.Stories;

/// <summary>Writes stories as text files that hold no story twice, not even one in each.</summary>
internal static class StoryCorpus
{
    private const string Separator = "\n<|endoftext|>\n";
    private const int ValidationStream = 0;
    private const int TrainingStream = 1;

    /// <summary>Writes a file to train on and one to measure on.</summary>
    /// <param name="trainingPath">File to train on; replaced if it exists.</param>
    /// <param name="trainingBytes">It ends with the first story that makes it at least this long.</param>
    /// <param name="validationPath">File to measure on; replaced if it exists.</param>
    /// <param name="validationBytes">Likewise.</param>
    /// <param name="seed">The same seed writes the same files.</param>
    public static void Write(string trainingPath, long trainingBytes, string validationPath, long validationBytes, int seed)
    {
        var told = new HashSet<string>();
        Write(validationPath, validationBytes, new StoryGenerator(seed, ValidationStream), told);
        Write(trainingPath, trainingBytes, new StoryGenerator(seed, TrainingStream), told);
    }

    private static void Write(string path, long bytes, StoryGenerator generator, HashSet<string> told) => AtomicFile.Write(path, stream =>
    {
        for (int index = 0; stream.Position < bytes; index++)
        {
            string text = generator.Tell(index).Text;
            if (told.Add(text))
                stream.Write(Encoding.UTF8.GetBytes(text + Separator));
        }
    });
}
