using System.CommandLine;
using Spectre.Console;
using Tef.Cli.CommandLine;
using Tef.Cli.Output;
using Tef.Core.Configuration;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef config</c>: what can be configured, and what a configuration comes to.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Explains options, shows presets and resolved configurations.")
    {
        CreateExplain(),
        CreateShow(),
        CreatePresets(),
    };

    private static Command CreateExplain()
    {
        Argument<string> path = new("OPTION")
        {
            Description = "An option or a section, such as training or tef.selector; all when missing.",
            DefaultValueFactory = _ => "",
            HelpName = "OPTION",
        };
        path.CompletionSources.Add(_ => OptionCatalog.All.Select(option => new System.CommandLine.Completions.CompletionItem(option.Path)));
        Option<bool> json = CommonOptions.Json();
        Command command = new("explain", "Lists options with their types, defaults and meaning.") { path, json };
        command.SetAction(result =>
        {
            IReadOnlyList<OptionDescription> options = OptionCatalog.Find(result.GetValue(path)!);
            Printer printer = Printer.For(result.GetValue(json));
            if (printer.Json)
                Printer.WriteJson(options);
            else
                Explain(printer.Console, options);
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreateShow()
    {
        var configuration = new ConfigurationOptions();
        Command command = new("show", "Prints the configuration that files and overrides come to, as YAML.");
        configuration.AddTo(command);
        command.SetAction(result =>
        {
            Console.Out.Write(ConfigurationFiles.Write(configuration.Load(result)));
            return ExitCode.Success;
        });
        return command;
    }

    private static Command CreatePresets()
    {
        Option<bool> json = CommonOptions.Json();
        Command command = new("presets", "Lists the configurations that come with the program, for -c.") { json };
        command.SetAction(result =>
        {
            if (result.GetValue(json))
            {
                Printer.WriteJson(Presets.All);
                return ExitCode.Success;
            }

            Table table = Printer.NewTable("preset", "what it is");
            foreach (Preset preset in Presets.All)
                table.AddRow(preset.Name.EscapeMarkup(), preset.Summary.EscapeMarkup());
            AnsiConsole.Write(table);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Explain(IAnsiConsole console, IReadOnlyList<OptionDescription> options)
    {
        string section = "";
        foreach (OptionDescription option in options)
        {
            string own = option.Path.Split('.')[0];
            if (own != section && section.Length > 0)
                console.WriteLine();
            section = own;
            string condition = option.Condition.Length > 0 ? $"  (when {option.Condition})" : "";
            string value = option.Default.Length > 0 ? $" = {option.Default}" : "";
            console.MarkupLine($"[bold]{option.Path.EscapeMarkup()}[/]{value.EscapeMarkup()}  [grey]{option.Type}{condition.EscapeMarkup()}[/]");
            if (option.Summary.Length > 0)
                console.Write(new Padder(new Text(option.Summary), new Padding(4, 0, 0, 0)));
            foreach (OptionChoice choice in option.Choices)
                console.Write(new Padder(new Markup($"[green]{choice.Name.EscapeMarkup()}[/]  {choice.Summary.EscapeMarkup()}"), new Padding(6, 0, 0, 0)));
        }
    }
}
