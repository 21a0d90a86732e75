using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tef.Core.IO;

namespace Tef.Core.Tracking.ClearML;

/// <summary>
/// What a run has to tell a server, on disk: <c>outbox.jsonl</c> grows by an object a line, <c>sent.json</c> holds the task and how
/// many bytes of the file are sent. One thread appends while another sends.
/// </summary>
internal sealed class Outbox : IDisposable
{
    private const int BatchLines = 500;
    private const int BatchBytes = 1 << 20;

    private readonly string _path;
    private readonly string _sentPath;
    private readonly FileStream _file;
    private readonly Lock _lock = new();
    private long _length;
    private long _sent;

    /// <param name="folder">The folder of both files; created when missing.</param>
    /// <param name="goesOn">Whether what is there stays.</param>
    public Outbox(string folder, bool goesOn)
    {
        Directory.CreateDirectory(folder);
        _path = Path.Combine(folder, "outbox.jsonl");
        _sentPath = Path.Combine(folder, "sent.json");
        if (!goesOn)
            File.Delete(_sentPath);
        _file = new FileStream(_path, goesOn ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite);
        _length = EndOfLastLine();
        _file.SetLength(_length);
        _file.Position = _length;
        if (goesOn && File.Exists(_sentPath))
        {
            JsonNode? state = JsonNode.Parse(File.ReadAllText(_sentPath));
            TaskId = (string?)state?["task"];
            _sent = Math.Min((long?)state?["sent"] ?? 0, _length);
        }
    }

    /// <summary>The task on the server, once it is made.</summary>
    public string? TaskId { get; private set; }

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
                return _sent >= _length;
        }
    }

    public void Append(JsonObject line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line.ToJsonString() + "\n");
        lock (_lock)
        {
            _file.Write(bytes);
            _file.Flush();
            _length += bytes.Length;
        }
    }

    /// <summary>The oldest lines that are not sent, and where they end.</summary>
    public (List<JsonObject> Lines, List<long> Ends) Peek()
    {
        long length;
        lock (_lock)
            length = _length;
        var lines = new List<JsonObject>();
        var ends = new List<long>();
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = _sent;
        using var reader = new StreamReader(file, new UTF8Encoding(false));
        long end = _sent;
        while (end < length && lines.Count < BatchLines && end - _sent < BatchBytes && reader.ReadLine() is { } line)
        {
            end += Encoding.UTF8.GetByteCount(line) + 1;
            lines.Add(Parse(line));
            ends.Add(end);
        }

        return (lines, ends);
    }

    public void MarkSent(long end)
    {
        lock (_lock)
            _sent = end;
        SaveState();
    }

    public void SetTask(string id)
    {
        TaskId = id;
        SaveState();
    }

    public void Dispose() => _file.Dispose();

    private void SaveState() =>
        AtomicFile.WriteAllText(_sentPath, new JsonObject { ["task"] = TaskId, ["sent"] = _sent }.ToJsonString());

    /// <summary>A damaged line says nothing to a server.</summary>
    private static JsonObject Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>A line without its end was cut off when a process died.</summary>
    private long EndOfLastLine()
    {
        for (long position = _file.Length; position > 0; position--)
        {
            _file.Position = position - 1;
            if (_file.ReadByte() == '\n')
                return position;
        }

        return 0;
    }
}
