using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Tef.Core.Runs;

/// <summary>
/// Writes what is logged into a run folder: <c>log.txt</c> for people, <c>log.jsonl</c> with all named values for programs. Lines are
/// appended and flushed one by one, so that a killed run leaves all of them.
/// </summary>
public sealed class RunLog : ILoggerProvider
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private readonly StreamWriter _text;
    private readonly StreamWriter _structured;

    /// <summary>Opens the log of a run.</summary>
    /// <param name="folder">The run folder; made if need be.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public RunLog(RunFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        folder.RequireWritable();
        _text = Append(folder.Log);
        _structured = Append(folder.StructuredLog);
    }

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
        _text.Dispose();
        _structured.Dispose();
    }

    private static StreamWriter Append(string path) =>
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true, NewLine = "\n" };

    private void Write(LogLevel level, string category, string message, object? state, Exception? exception)
    {
        DateTime now = DateTime.UtcNow;
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Format))
        {
            json.WriteStartObject();
            json.WriteString("time", now);
            json.WriteString("level", level.ToString());
            json.WriteString("category", category);
            json.WriteString("message", message);
            if (exception is not null)
                json.WriteString("exception", exception.ToString());
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
                WriteValues(json, values);
            json.WriteEndObject();
        }

        lock (_lock)
        {
            _text.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd HH:mm:ss} {level.ToString().ToUpperInvariant(),-11} {category}: {message}"));
            if (exception is not null)
                _text.WriteLine(exception);
            _structured.WriteLine(Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
        }
    }

    private static void WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        json.WriteStartObject("values");
        foreach ((string name, object? value) in values.Where(value => value.Key != "{OriginalFormat}"))
        {
            switch (value)
            {
                case double number when double.IsFinite(number):
                    json.WriteNumber(name, number);
                    break;
                case long number:
                    json.WriteNumber(name, number);
                    break;
                case int number:
                    json.WriteNumber(name, number);
                    break;
                default:
                    json.WriteString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }

        json.WriteEndObject();
    }

    private sealed class Category(RunLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Write(logLevel, name, formatter(state, exception), state, exception);
        }
    }
}
