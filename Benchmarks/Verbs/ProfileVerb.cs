using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using TorchSharp;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Verbs;

/// <summary>Where the time of a training step or of a decoded token goes, kernel by kernel.</summary>
internal static class ProfileVerb
{
    public static Command Create()
    {
        var model = new ModelOptions();
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<string> mode = new("--mode") { Description = "What to profile: train or decode.", DefaultValueFactory = _ => "train" };
        mode.AcceptOnlyFromAmong("train", "decode");
        var weights = CommonOptions.Weights();
        Command command = new("profile", "Time, arithmetic and memory traffic of each kernel, per training step or decoded token.")
        {
            json,
            threads,
            mode,
            weights,
        };
        model.AddTo(command);
        command.SetAction(parsed =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            var size = model.Size(parsed);
            int steps = parsed.GetValue(mode) == "train" ? model.Steps(parsed) : model.NewTokens(parsed);
            KernelProfile profile;
            if (parsed.GetValue(mode) == "train")
            {
                using var run = new TrainingRun(size);
                profile = run.Profile(steps);
            }
            else
            {
                using var run = new DecodingRun(size, parsed.GetValue(weights));
                profile = run.Profile(steps);
            }
            var kernels = ProfileReport.Rows(profile, steps);
            if (parsed.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    verb = "profile",
                    mode = parsed.GetValue(mode),
                    steps,
                    ms_per_step = Math.Round(profile.Seconds / steps * 1e3, 4),
                    kernels,
                }));
                return;
            }
            Console.WriteLine($"{profile.Seconds / steps * 1e3:F3} ms per step, {steps} steps");
            ProfileReport.Print(kernels);
        });
        return command;
    }
}
