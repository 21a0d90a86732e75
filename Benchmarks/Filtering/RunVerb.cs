using System.CommandLine;
using Tef.Benchmarks.Filtering.Lab;
using Tef.Benchmarks.Verbs;
using TorchSharp;

namespace Tef.Benchmarks.Filtering;

/// <summary>Makes the training runs of a plan.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        Option<string> plan = new("--plan") { Description = $"Which runs: {string.Join(", ", Plans.Names)}.", HelpName = "name", Required = true };
        plan.AcceptOnlyFromAmong([.. Plans.Names]);
        Option<string> lab = LabOptions.Lab();
        Option<DirectoryInfo> data = LabOptions.Data();
        Option<DirectoryInfo> output = LabOptions.Out();
        Option<int?> steps = LabOptions.Steps();
        Option<int> threads = CommonOptions.Threads();
        Command command = new("run", "Makes the training runs of a plan; what is in the folder already is not made again.")
        {
            plan,
            lab,
            data,
            output,
            steps,
            threads,
        };
        command.SetAction((parsed, cancellation) =>
        {
            torch.set_num_threads(parsed.GetValue(threads));
            using var services = LabOptions.Services();
            var setup = parsed.Value(lab);
            var texts = LabTexts.Read(parsed.GetValue(data)!.FullName, setup.Dense.VocabularySize);
            Console.WriteLine($"{texts.Training.Count} tokens to learn from, {texts.Validation.Count} to measure on, texts {texts.Fingerprint}");
            var runner = new PlanRunner(LabOptions.Backend(services), texts, parsed.GetValue(output)!.FullName, Console.Out);
            runner.Run(new Plans(setup, parsed.GetValue(steps) ?? setup.Steps).Of(parsed.GetValue(plan)!), cancellation);
            return Task.FromResult(cancellation.IsCancellationRequested ? 1 : 0);
        });
        return command;
    }
}
