using FsCheck;
using FsCheck.Fluent;
using Tef.Core.Filtering;
using Tef.Core.Models;

namespace Tef.Tests.Torch.Architecture;

/// <summary>Small models of random architecture, dense and filtered.</summary>
internal static class Architectures
{
    private const int Heads = 4;

    /// <summary>A model of every architecture, without filters.</summary>
    public static Arbitrary<Gpt2Options> Dense() => (
        from shape in
            from headSize in Gen.Elements(6, 8)
            from groups in Gen.Elements(0, 1, 2, 4)
            from inner in Gen.Elements(0, 24)
            select (headSize, groups, inner)
        from parts in
            from positions in Any<PositionEncoding>()
            from norm in Any<NormKind>()
            from placement in Any<NormPlacement>()
            from activation in Any<FeedForwardActivation>()
            from tie in Gen.Elements(true, false)
            from bias in Gen.Elements(true, false)
            from initialization in Any<WeightInitialization>()
            select new Gpt2Architecture
            {
                Positions = positions,
                Norm = norm,
                NormPlacement = placement,
                Activation = activation,
                TieHead = tie,
                Bias = bias,
                Initialization = initialization,
            }
        select new Gpt2Options
        {
            VocabularySize = 37,
            Context = 24,
            Layers = 3,
            Width = Heads * shape.headSize,
            Heads = Heads,
            FeedForwardWidth = shape.inner,
            Dropout = 0,
            InitializerRange = 0.2f,
            Architecture = parts with { KeyValueHeads = shape.groups },
        }).ToArbitrary();

    /// <summary>The same, some with a causal token filter.</summary>
    public static Arbitrary<Gpt2Options> Filtered() => (
        from dense in Dense().Generator
        from tef in Gen.Elements<TefOptions?>(
            null,
            TefOptions.Routed(0.5f) with { Blocks = FilteredBlocks.All, DenseFirst = false, DenseLast = false },
            TefOptions.Routed(0.5f) with { Gate = GatePlacement.Input, AlwaysKeepFirst = false },
            TefOptions.Routed(0.5f) with { Action = TokenAction.Mask, Blocks = FilteredBlocks.All },
            new TefOptions { Selector = new Threshold(0.5f), NormalizeBeforeScore = true })
        select dense with { Tef = tef }).ToArbitrary();

    private static Gen<T> Any<T>()
        where T : struct, Enum => Gen.Elements(Enum.GetValues<T>());
}
