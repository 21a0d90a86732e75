using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Filtering;
using Tef.Benchmarks.Filtering.Lab;
using Tef.Core.DependencyInjection;
using Tef.Core.Models;

namespace Tef.Benchmarks.Filtering;

/// <summary>Options and services that the verbs of the experiments share.</summary>
internal static class LabOptions
{
    public static Option<DirectoryInfo> Data()
    {
        Option<DirectoryInfo> option = new("--data")
        {
            Description = "A folder with train.txt and valid.txt: stories, each ended by <|endoftext|>.",
            HelpName = "folder",
            Required = true,
        };
        option.AcceptExistingOnly();
        return option;
    }

    public static Option<DirectoryInfo> Out() => new("--out")
    {
        Description = "Where results, weights and pages are written.",
        HelpName = "folder",
        Required = true,
    };

    public static Option<string> Lab()
    {
        Option<string> option = new("--lab")
        {
            Description = "pieces: 1,024 tokens, contexts of 128, AdamW; bytes: 257 tokens, contexts of 256, Muon; "
                + "bytes-long: twice as many steps; wide: 4,096 tokens, contexts of 256, 256 numbers per token, 8 sequences.",
            DefaultValueFactory = _ => LabSetup.Pieces.Name,
            HelpName = "name",
        };
        option.AcceptOnlyFromAmong([.. LabSetup.All.Select(lab => lab.Name)]);
        return option;
    }

    public static LabSetup Value(this ParseResult parsed, Option<string> lab) => LabSetup.All.First(item => item.Name == parsed.GetValue(lab));

    public static Option<int?> Steps()
    {
        Option<int?> option = new("--steps") { Description = "Steps of the runs at equal steps, if not the lab's.", HelpName = "count" };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value < 1))
                result.AddError($"--steps is '{result.Tokens[0].Value}'; a whole number of at least 1 was expected.");
        });
        return option;
    }

    public static ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ITokenSelectorRule, RandomRule>();
        services.AddTef(options => options.Device = "cpu").AddTorch();
        return services.BuildServiceProvider();
    }

    public static ILanguageModelBackend Backend(ServiceProvider services) => services.GetRequiredService<LanguageModelBackends>().Selected;
}
