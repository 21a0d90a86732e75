using System.Text.Json;
using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Weights;
using Tef.Core.Models;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>The small GPT-2 whose numbers PyTorch computed, at whatever sizes its files say.</summary>
internal sealed class GoldenModel : IDisposable
{
    private GoldenModel(JsonElement numbers, TorchLanguageModel model, ITransformerKernels kernels)
    {
        Numbers = numbers;
        Model = model;
        Kernels = kernels;
    }

    public JsonElement Numbers { get; }

    public TorchLanguageModel Model { get; }

    public ITransformerKernels Kernels { get; }

    public LanguageModule Module => Model.Module;

    /// <summary>The kernels to hold against the numbers: plain TorchSharp, and what the engine offers beyond.</summary>
    public static IEnumerable<string> AllKernels() => ["reference", "fused"];

    public static ITransformerKernels KernelsNamed(string name) =>
        name == "reference" ? new ReferenceTransformerKernels() : TransformerKernelsChoice.Best();

    public static GoldenModel Load(string kernels)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("gpt2-tiny", "config.json")));
        var root = config.RootElement;
        var options = new Gpt2Options
        {
            VocabularySize = root.GetProperty("vocab_size").GetInt32(),
            Context = root.GetProperty("n_positions").GetInt32(),
            Width = root.GetProperty("n_embd").GetInt32(),
            Heads = root.GetProperty("n_head").GetInt32(),
            Layers = root.GetProperty("n_layer").GetInt32(),
            LayerNormEpsilon = root.GetProperty("layer_norm_epsilon").GetSingle(),
            Dropout = 0,
        };
        var transformer = KernelsNamed(kernels);
        var module = LanguageModuleFactory.Create(
            options, new ComputeKernels(transformer, new ReferenceTokenFilterKernels()), CPU, seed: 1);
        using (var weights = File.OpenRead(Golden.Path("gpt2-tiny", "model.safetensors")))
            WeightFile.Read(module, weights);
        module.eval();
        var numbers = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("gpt2-tiny", "golden.json"))).RootElement;
        return new GoldenModel(numbers, new TorchLanguageModel(module, transformer, CPU), transformer);
    }

    /// <summary>A matrix of ids.</summary>
    public Tensor Ids(string name)
    {
        var rows = Numbers.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt64()).ToArray()).ToArray();
        return tensor(rows.SelectMany(row => row).ToArray()).view(rows.Length, rows[0].Length);
    }

    public ForwardPass NewPass() => new(Module.Options.LayerCount) { Attention = new SelfAttentionPath(Kernels) };

    public void Dispose() => Model.Dispose();
}
