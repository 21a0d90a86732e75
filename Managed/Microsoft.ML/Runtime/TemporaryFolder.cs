namespace Microsoft.ML.Runtime;

/// <summary>The folder for files that do not outlive their use.</summary>
internal sealed class TemporaryFolder
{
    public string Path { get; set; } = System.IO.Path.GetTempPath();

    /// <summary>A new empty file that is gone when its stream is closed.</summary>
    public FileStream CreateFile()
    {
        string path = System.IO.Path.Combine(Path, $"tef_{System.IO.Path.GetRandomFileName()}");
        return new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = 1 << 16,
            Options = FileOptions.DeleteOnClose,
        });
    }
}
