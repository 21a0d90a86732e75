using System.CommandLine;
using Tef.Cli.CommandLine;
using Tef.Cli.Models;
using Tef.Cli.Output;
using Tef.Core.HuggingFace;
using Tef.Core.Safetensors;
using Tef.Samples.Common;

namespace Tef.Cli.Commands;

/// <summary><c>tef export</c>: a model without what only training needs.</summary>
internal static class ExportCommand
{
    private const string About =
        "Writes a model as a folder that Hugging Face's transformers load: weights without optimizer state, config.json, tokenizer.";

    public static Command Create()
    {
        var model = new ModelOptions();
        Argument<string> folder = new("FOLDER") { Description = "Where to write; made if need be." };
        Option<SafetensorsType> type = CommonOptions.Choice(
            "--type",
            "Numbers of the weights, token filters excepted:",
            SafetensorsType.F32,
            SafetensorsType.F32, SafetensorsType.BF16, SafetensorsType.F16);
        Option<bool> any = new("--any-architecture")
        {
            Description = "Write also what GPT-2's code in transformers cannot be told; they then refuse the folder, tef reads it.",
        };
        Option<bool> json = CommonOptions.Json();
        Command command = new("export", About);
        model.AddTo(command);
        command.Add(folder);
        command.Add(type);
        command.Add(any);
        command.Add(json);
        command.SetAction(result =>
        {
            Printer printer = Printer.For(result.GetValue(json));
            string target = result.GetValue(folder)!;
            using OpenedModel opened = model.Open(result, model.LoadConfiguration(result));
            opened.Tokenizer.SaveWith(opened.Model, target, result.GetValue(type), result.GetValue(any));
            long bytes = new FileInfo(Path.Combine(target, HubFolder.WeightsFileName)).Length;
            long source = File.Exists(opened.Source) ? new FileInfo(opened.Source).Length : 0;
            if (printer.Json)
            {
                Printer.WriteJson(new { Source = opened.Source, SourceBytes = source, Folder = target, Type = result.GetValue(type), Bytes = bytes });
                return ExitCode.Success;
            }

            printer.Field("from", source == 0 ? opened.Source : $"{opened.Source} ({source:N0} bytes)");
            printer.Field("to", $"{target}, {bytes:N0} bytes of weights{(source == 0 ? "" : $", {(double)bytes / source:P0}")}");
            return ExitCode.Success;
        });
        return command;
    }
}
