using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Tef.Cli.Output;

/// <summary>Where a command writes: for people, or one JSON document for programs while people's lines go to the error stream.</summary>
internal sealed class Printer
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private static readonly JsonSerializerOptions OneLine = new(Format) { WriteIndented = false };

    private Printer(bool json)
    {
        Json = json;
        Console = json
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error), Ansi = AnsiSupport.No })
            : AnsiConsole.Console;
        if (json)
            Console.Profile.Width = 1000;
    }

    /// <summary>Whether a program reads the output.</summary>
    public bool Json { get; }

    /// <summary>For people.</summary>
    public IAnsiConsole Console { get; }

    /// <summary>Whether people look at a terminal.</summary>
    public bool Interactive => !Json && Console.Profile.Capabilities.Interactive && Console.Profile.Capabilities.Ansi;

    public static Printer For(bool json) => new(json);

    /// <summary>A name and what it is, in two columns.</summary>
    public void Field(string name, string value) => Console.MarkupLine($"[grey]{name.EscapeMarkup(),-14}[/] {value.EscapeMarkup()}");

    /// <summary>The document for programs.</summary>
    public static void WriteJson<T>(T value) => System.Console.Out.WriteLine(JsonSerializer.Serialize(value, Format));

    /// <summary>A document of several for programs, on one line.</summary>
    public static string JsonLine<T>(T value) => JsonSerializer.Serialize(value, OneLine);

    public static Table NewTable(params string[] columns) =>
        new Table().Border(TableBorder.Simple).AddColumns([.. columns.Select(column => new TableColumn(column.EscapeMarkup()))]);
}
