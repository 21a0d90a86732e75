using Tef.Backends.Torch.Decoding;
using Tef.Backends.Torch.Engine;
using Tef.Core.Filtering;
using Tef.Core.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.Models.Gpt2;

/// <summary>
/// GPT-2 with what its options exchange. Weights carry the names that Hugging Face gives them; parts that it does not know have
/// names in the same style.
/// </summary>
internal sealed class Gpt2 : LanguageModule
{
    internal readonly Gpt2Transformer transformer;
    internal readonly Linear? lm_head;

    private readonly Gpt2Options _options;
    private readonly ComputeKernels _kernels;
    private readonly Device _device;

    public Gpt2(Gpt2Options options, ComputeKernels kernels, Device device, int? seed)
        : base(options)
    {
        _options = options;
        _kernels = kernels;
        _device = device;
        using (var random = seed is { } start ? new Generator((ulong)start) : null)
        {
            transformer = new Gpt2Transformer(options, kernels, random);
            if (!options.Architecture.TieHead)
            {
                lm_head = nn.Linear(nn.Parameter(
                    InitialWeights.Normal(options.VocabularySize, options.Width, InitialDeviation.Of(options), random)));
            }
        }
        RegisterComponents();
        this.to(device);
    }

    public override Tensor HeadWeight => lm_head?.weight ?? transformer.wte.weight;

    public override IReadOnlyList<string> NonCausalSelectors =>
        [.. transformer.h.Select((block, i) => (Block: i, block.Selector))
            .Where(item => item.Selector is { IsCausal: false })
            .Select(item => $"block {item.Block}: {item.Selector}")];

    public override IEnumerable<Parameter> BlockMatrices =>
        transformer.h.SelectMany(block => new[] { block.attn.c_attn, block.attn.c_proj, block.mlp.c_fc, block.mlp.c_proj })
            .Select(linear => linear.weight);

    public override Tensor Hidden(Tensor tokens, ForwardPass pass) => transformer.Forward(tokens, 0, pass);

    public override DecodingState CreateState(int rows, FilterOverride? filter = null)
    {
        var caches = Enumerable.Range(0, _options.Layers)
            .Select(_ => new KeyValueCache(rows, _options.KeyValueHeads, _options.HeadSize, _options.Context, _device));
        return new DecodingState(_kernels.Transformer, caches, rows) { Filter = filter };
    }

    public override Tensor Advance(Tensor tokens, DecodingState state)
    {
        var pass = new ForwardPass(_options.Layers)
        {
            Attention = state,
            Weights = state.Weights,
            FilterTokens = state.Filter is not null || FiltersTokens,
            Filter = state.Filter,
            StartsAtZero = state.Length == 0,
        };
        var rows = transformer.Forward(tokens, state.Length, pass);
        state.Length += (int)tokens.shape[1];
        return rows;
    }

    public override void InitializeFilters(IReadOnlySet<string> missing)
    {
        for (int i = 0; i < transformer.h.Count; i++)
        {
            if (missing.Contains($"transformer.h.{i}.tef.weight"))
                transformer.h[i].KeepEverything();
        }
    }

    public override void UpdateControllers(ForwardPass pass)
    {
        for (int block = 0; block < pass.Traces.Length; block++)
        {
            if (pass.Traces[block] is { } trace)
                transformer.h[block].UpdateController(trace, pass.KeepProgress);
        }
    }
}
