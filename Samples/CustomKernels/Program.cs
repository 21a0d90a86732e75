using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tef.Backends.Cuda;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Filtering;
using Tef.Core.DependencyInjection;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Samples.CustomKernels;

Console.WriteLine(CudaAvailability.Probe());

// A selector of our own; the same model with the kernels that serve best, and with those that the options name.
var options = new Gpt2Options
{
    VocabularySize = 64,
    Context = 32,
    Layers = 4,
    Width = 32,
    Heads = 4,
    Tef = new TefOptions { Selector = BandRule.Between(0, 0.5f), Blocks = FilteredBlocks.All },
};
int[] tokens = [.. Enumerable.Range(0, 32).Select(i => i * 7 % 64)];
foreach (string name in new[] { "auto", "runs" })
{
    var services = new ServiceCollection().AddLogging(logging => logging.AddProvider(new ConsoleLines()));
    services.AddTef(tef => tef.TokenFilterKernels = name).AddTorch().AddCuda();
    services.AddSingleton<ITokenFilterKernels, RunKernels>();
    services.AddSingleton<ITokenSelectorRule, BandRule>();
    using var provider = services.BuildServiceProvider();
    using var model = provider.GetRequiredService<LanguageModelBackends>().Selected.Create(options, seed: 1);
    var score = model.Score(tokens);
    Console.WriteLine($"{name}: loss {score.Loss:0.0000}, kept {string.Join(" ", score.KeptShare.Select(share => $"{share:0.00}"))}");
}
