using Tef.Core.IO;

namespace Tef.Samples.Quickstart.Output;

/// <summary>Where a run leaves what it made.</summary>
internal sealed class OutputFolder
{
    private readonly string _path;

    private OutputFolder(string path) => _path = path;

    public string Model => Path.Combine(_path, "tef-gpt2.zip");

    /// <summary>Creates the folder, and the one of the result file, and tries to write: better now than after the training.</summary>
    /// <exception cref="IOException">A folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder cannot be written.</exception>
    public static OutputFolder Open(string path, string? resultPath)
    {
        TryWriting(Path.Combine(path, "tef-gpt2.zip"));
        if (resultPath is not null)
            TryWriting(resultPath);
        return new OutputFolder(path);
    }

    public void WriteStory(int number, string text) =>
        AtomicFile.WriteAllText(Path.Combine(_path, $"story-{number:D2}.txt"), text + "\n");

    /// <summary>An atomic file that is not committed leaves nothing behind.</summary>
    private static void TryWriting(string path) => new AtomicFile(path).Dispose();
}
