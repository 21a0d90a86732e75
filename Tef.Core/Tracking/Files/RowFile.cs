using System.Text;
using Tef.Core.IO;

namespace Tef.Core.Tracking.Files;

/// <summary>A text file that grows by whole lines, each on its way to the disk when it is written.</summary>
internal sealed class RowFile : IDisposable
{
    private readonly string _path;
    private FileStream _stream;
    private long _lastStart;

    /// <param name="path">The file; its folder is created when missing.</param>
    /// <param name="keep">Whether a line of an existing file stays, by its number from zero; null for a new file.</param>
    public RowFile(string path, Func<int, string, bool>? keep)
    {
        _path = path;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (keep is not null && File.Exists(path))
            Rewrite(keep);
        else
            AtomicFile.WriteAllText(path, "");
        _stream = Open();
    }

    public bool IsEmpty => _stream.Length == 0;

    public void Append(string line)
    {
        _lastStart = _stream.Position;
        _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _stream.Flush();
    }

    /// <summary>Puts another line in the place of the one that was appended last.</summary>
    public void ReplaceLast(string line)
    {
        _stream.SetLength(_lastStart);
        _stream.Position = _lastStart;
        Append(line);
    }

    /// <summary>Replaces lines, by their number from zero.</summary>
    public void Replace(Func<int, string, string> change)
    {
        _stream.Dispose();
        try
        {
            AtomicFile.Write(_path, file =>
            {
                using var writer = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };
                int number = 0;
                foreach (string line in File.ReadLines(_path))
                {
                    writer.Flush();
                    _lastStart = file.Position;
                    writer.WriteLine(change(number++, line));
                }
            });
        }
        finally
        {
            _stream = Open();
        }
    }

    public void Dispose() => _stream.Dispose();

    /// <summary>A line without its end was cut off when a process died, and goes.</summary>
    private void Rewrite(Func<int, string, bool> keep)
    {
        AtomicFile.Write(_path, file =>
        {
            using var writer = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };
            string text = File.ReadAllText(_path);
            string[] lines = text.Split('\n');
            for (int i = 0; i < lines.Length - 1; i++)
            {
                string line = lines[i].TrimEnd('\r');
                if (keep(i, line))
                    writer.WriteLine(line);
            }
        });
    }

    private FileStream Open()
    {
        var stream = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = stream.Length;
        return stream;
    }
}
