using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Benchmarks.Measuring;
using Tef.Core.Decoding;
using Tef.Core.DependencyInjection;
using Tef.Core.Generation;
using Tef.Core.HuggingFace;
using Tef.Core.Models;

namespace Tef.Benchmarks.Verbs;

/// <summary>The time and memory of loading a folder of the Hugging Face hub and generating from it.</summary>
internal static class LoadVerb
{
    private const int NewTokens = 16;

    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Option<string?> folder = new("--folder") { Description = "A folder of the hub; random weights of the size below when absent.", HelpName = "path" };
        var model = new ModelOptions();
        Command command = new(
            "load", $"Loading a hub folder from a warm file cache and generating {NewTokens} tokens; GPT-2 124 M: "
            + "--layers 12 --dim 768 --heads 12 --vocab 50257.")
        {
            json, folder,
        };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(folder) is { } given)
            {
                Report(given, parsed.GetValue(json));
                return;
            }

            string made = Directory.CreateTempSubdirectory("tef-load-").FullName;
            try
            {
                RandomHubFolder.Write(made, model.Size(parsed));
                Report(made, parsed.GetValue(json));
            }
            finally
            {
                Directory.Delete(made, recursive: true);
            }
        });
        return command;
    }

    private static void Report(string path, bool json)
    {
        using var services = new ServiceCollection().AddTef().AddTorch().Services.BuildServiceProvider();
        var backend = services.GetRequiredService<LanguageModelBackends>().Selected;
        Warm(path);
        long started = Stopwatch.GetTimestamp();
        HubFolder folder = HubFolder.Open(path);
        ILanguageModel loaded;
        using (IWeightSource weights = folder.OpenWeights())
            loaded = backend.Load(folder.Options, weights);
        double loading = Stopwatch.GetElapsedTime(started).TotalSeconds;
        using ILanguageModel model = loaded;
        TokenGenerator.Generate(model, [1, 2, 3], new GenerationOptions { Sample = false, MaxNewTokens = NewTokens });
        double generating = Stopwatch.GetElapsedTime(started).TotalSeconds - loading;
        double weightBytes = sizeof(float) * (double)model.ParameterCount;
        double peak = Process.GetCurrentProcess().PeakWorkingSet64;
        var report = new
        {
            verb = "load",
            params_M = Math.Round(model.ParameterCount / 1e6, 2),
            weights_mb = Math.Round(weightBytes / 1e6, 1),
            load_seconds = Math.Round(loading, 3),
            gb_per_second = Math.Round(weightBytes / loading / 1e9, 2),
            generate_seconds = Math.Round(generating, 3),
            resident_peak_mb = Math.Round(peak / 1e6, 1),
            peak_over_weights = Math.Round(peak / weightBytes, 3),
        };
        Console.WriteLine(json
            ? JsonSerializer.Serialize(report)
            : $"{report.params_M} M parameters, {report.weights_mb} MB: loaded in {report.load_seconds} s ({report.gb_per_second} GB/s), "
                + $"{NewTokens} tokens in {report.generate_seconds} s; peak of the process {report.resident_peak_mb} MB, "
                + $"{report.peak_over_weights}x the weights");
    }

    /// <summary>Reads the files once, so that the disk plays no part.</summary>
    private static void Warm(string path)
    {
        byte[] buffer = new byte[1 << 20];
        foreach (string file in Directory.GetFiles(path))
        {
            using FileStream stream = File.OpenRead(file);
            while (stream.Read(buffer) > 0)
            {
            }
        }
    }
}
