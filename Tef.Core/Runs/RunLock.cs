namespace Tef.Core.Runs;

/// <summary>Keeps two processes from training in one folder.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream _file;

    private RunLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process has the folder.</exception>
    public static RunLock Take(RunFolder folder)
    {
        string path = Path.Combine(folder.Path, ".lock");
        try
        {
            return new RunLock(new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (IOException exception)
        {
            throw new IOException($"Another process trains in the run folder '{folder.Path}'.", exception);
        }
    }

    public void Dispose() => _file.Dispose();
}
