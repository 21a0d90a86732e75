using System.Text.Json.Serialization;

namespace Tef.Core.Filtering;

/// <summary>What happens to the tokens that a block does not keep.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TokenAction>))]
public enum TokenAction
{
    /// <summary>
    /// The block's input becomes <c>h·g</c>; dropped tokens are zeroed and hidden from attention as keys. The block computes
    /// every token.
    /// </summary>
    Mask,

    /// <summary>
    /// Dropped tokens pass the block unchanged on the residual path and are no keys in it; the block computes kept tokens alone.
    /// </summary>
    Route,
}

/// <summary>When tokens are filtered; gates are computed always.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskMode>))]
public enum MaskMode
{
    /// <summary>Never.</summary>
    Off,

    /// <summary>In evaluation and generation alone.</summary>
    Eval,

    /// <summary>While training (after the warm-up), in evaluation and in generation.</summary>
    Train,
}

/// <summary>Which blocks have a token filter.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FilteredBlocks>))]
public enum FilteredBlocks
{
    /// <summary>All blocks.</summary>
    All,

    /// <summary>Blocks 1, 3, 5, … counted from zero.</summary>
    EveryOther,

    /// <summary>The blocks of <see cref="TefOptions.BlockList"/>.</summary>
    List,

    /// <summary>
    /// Every other block of the second half, the last one among them: 3 and 5 of six. Later blocks read less from the tokens that are
    /// dropped there than earlier ones do.
    /// </summary>
    Late,
}

/// <summary>What is added to the loss to shape the gates.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AuxiliaryLoss>))]
public enum AuxiliaryLoss
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The mean gate of a layer over the batch, averaged over layers.</summary>
    GatedL1,

    /// <summary>
    /// The square of the distance between a layer's mean gate and the share that it is to keep, averaged over layers: what makes a
    /// fixed <see cref="Threshold"/> learn to hold a share that a <see cref="Budget"/> would hold by its controller.
    /// </summary>
    Budget,
}

/// <summary>What the score of a token is made of.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScoreInput>))]
public enum ScoreInput
{
    /// <summary>The residual stream at the block, which knows the token's context.</summary>
    ResidualStream,

    /// <summary>
    /// The token's embedding, without position and context: every occurrence of a token has the same fate in a block, so that the
    /// block's tokens and their keys are the same kind throughout training. Costs less loss than
    /// <see cref="ResidualStream"/> (measured in <c>docs/tef.md</c>); routing by the token alone is due to Roller et al., "Hash layers
    /// for large sparse models", 2021.
    /// </summary>
    TokenEmbedding,
}

/// <summary>Where the gate of a block acts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GatePlacement>))]
public enum GatePlacement
{
    /// <summary>The block's input is multiplied by the gate.</summary>
    Input,

    /// <summary>
    /// The block's update <c>f(h) − h</c> is multiplied by <c>r = 1 + ρ·tanh(s − θ)</c>, with ρ of
    /// <see cref="TefOptions.GateRange"/> and θ the threshold of a <see cref="Budget"/>, zero with other selectors.
    /// </summary>
    Output,
}

/// <summary>
/// The token estimation function of a model: a learned score per token and block, <c>s = w·x + b</c> with x of
/// <see cref="ScoreInput"/>, gate <c>g = σ(s)</c>, the rule that keeps tokens and what happens to the others.
/// </summary>
public sealed record TefOptions
{
    /// <summary>The rule that keeps tokens.</summary>
    public required TokenSelector Selector { get; init; }

    /// <summary>What happens to the other tokens.</summary>
    public TokenAction Action { get; init; } = TokenAction.Route;

    /// <summary>When tokens are filtered.</summary>
    public MaskMode Mode { get; init; } = MaskMode.Train;

    /// <summary>Which blocks have a filter.</summary>
    public FilteredBlocks Blocks { get; init; } = FilteredBlocks.EveryOther;

    /// <summary>The filtered blocks, counted from zero, for <see cref="FilteredBlocks.List"/>.</summary>
    public IReadOnlyList<int> BlockList { get; init; } = [];

    /// <summary>Leaves the first block without a filter.</summary>
    public bool DenseFirst { get; init; } = true;

    /// <summary>Leaves the last block without a filter.</summary>
    public bool DenseLast { get; init; } = true;

    /// <summary>Keeps position 0 (the attention sink) whatever its score.</summary>
    public bool AlwaysKeepFirst { get; init; } = true;

    /// <summary>Where the gate acts.</summary>
    public GatePlacement Gate { get; init; } = GatePlacement.Output;

    /// <summary>
    /// How far a gate on the output moves the weight of the block's update away from 1, at most 1. The score learns from a
    /// narrow range too, in which a token that crosses the threshold moves the model little.
    /// </summary>
    public float GateRange { get; init; } = 0.1f;

    /// <summary>What the score is made of.</summary>
    public ScoreInput ScoreInput { get; init; }

    /// <summary>Applies a layer norm before the score.</summary>
    public bool NormalizeBeforeScore { get; init; }

    /// <summary>Initial bias of the score; a large one starts by keeping everything.</summary>
    public float InitialBias { get; init; }

    /// <summary>Training steps in which nothing is dropped.</summary>
    public int MaskWarmupSteps { get; init; }

    /// <summary>
    /// Training steps after the warm-up in which the share that a <see cref="Budget"/> keeps falls along a line from 1 to its value.
    /// </summary>
    public int KeepScheduleSteps { get; init; }

    /// <summary>
    /// Share that each block with a filter keeps, in their order, in place of the share of the <see cref="Budget"/>; the same for
    /// all when empty.
    /// </summary>
    public IReadOnlyList<float> BlockKeep { get; init; } = [];

    /// <summary>What is added to the loss.</summary>
    public AuxiliaryLoss Loss { get; init; }

    /// <summary>Share that <see cref="AuxiliaryLoss.Budget"/> aims at where the selector is not a <see cref="Budget"/>.</summary>
    public float TargetKeep { get; init; } = 0.5f;

    /// <summary>Weight α of <see cref="Loss"/>.</summary>
    public float LossWeight { get; init; } = 0.01f;

    /// <summary>
    /// Lets a model whose selector looks ahead generate all the same: every step computes the whole text again, and earlier
    /// tokens may change their mind.
    /// </summary>
    public bool AllowNonCausalGeneration { get; init; }

    /// <summary>
    /// The original research project: cumulative share and masking in every block, gates on the input, filtered in evaluation
    /// alone, <see cref="AuxiliaryLoss.GatedL1"/>.
    /// </summary>
    /// <param name="tau">Share of the total gate to keep, between 0 and 1.</param>
    public static TefOptions Seed(float tau) => new()
    {
        Selector = new CumulativeShare(tau),
        Action = TokenAction.Mask,
        Mode = MaskMode.Eval,
        Blocks = FilteredBlocks.All,
        DenseFirst = false,
        DenseLast = false,
        AlwaysKeepFirst = false,
        Gate = GatePlacement.Input,
        Loss = AuxiliaryLoss.GatedL1,
    };

    /// <summary>
    /// Every other block of the second half computes a share of its tokens, chosen by their embeddings; position 0 is always kept.
    /// </summary>
    /// <param name="keep">Share of tokens that a filtered block computes, above 0 and at most 1.</param>
    public static TefOptions Routed(float keep) => new()
    {
        Selector = new Budget(keep),
        Blocks = FilteredBlocks.Late,
        DenseLast = false,
        ScoreInput = ScoreInput.TokenEmbedding,
        MaskWarmupSteps = 50,
    };

    /// <summary>Whether a block has a filter.</summary>
    /// <param name="block">The block, counted from zero.</param>
    /// <param name="layers">Number of blocks of the model.</param>
    public bool Filters(int block, int layers) =>
        !(DenseFirst && block == 0) && !(DenseLast && block == layers - 1) && Blocks switch
        {
            FilteredBlocks.All => true,
            FilteredBlocks.EveryOther => block % 2 == 1,
            FilteredBlocks.Late => block >= layers / 2 && (layers - 1 - block) % 2 == 0,
            _ => BlockList.Contains(block),
        };

    /// <summary>Share of tokens that a block is to keep; null when the selector aims at none.</summary>
    /// <param name="block">The block, counted from zero; one with a filter.</param>
    /// <param name="layers">Number of blocks of the model.</param>
    public float? KeepOf(int block, int layers) => Selector is not Budget budget
        ? null
        : BlockKeep.Count == 0 ? budget.Keep : BlockKeep[Enumerable.Range(0, block).Count(earlier => Filters(earlier, layers))];

    /// <summary>Throws when a value is out of range.</summary>
    /// <param name="layers">Number of blocks of the model; <see cref="int.MaxValue"/> when unknown.</param>
    /// <exception cref="ArgumentException">Names the option, what was expected and what was found.</exception>
    public void Validate(int layers)
    {
        ArgumentNullException.ThrowIfNull(Selector);
        Selector.Validate();
        OptionGuard.AtLeast(MaskWarmupSteps, 0);
        OptionGuard.AtLeast(KeepScheduleSteps, 0);
        OptionGuard.AtLeast(LossWeight, 0);
        OptionGuard.Between(GateRange, 0, 1);
        OptionGuard.Between(TargetKeep, 0, 1);
        foreach (int block in BlockList)
            OptionGuard.Between(block, 0, layers - 1, nameof(BlockList));
        foreach (float keep in BlockKeep)
        {
            OptionGuard.Positive(keep, nameof(BlockKeep));
            OptionGuard.Between(keep, 0, 1, nameof(BlockKeep));
        }
        // Options that are checked without their model do not know its blocks.
        if (BlockKeep.Count > 0 && layers < int.MaxValue)
        {
            int filters = Enumerable.Range(0, layers).Count(block => Filters(block, layers));
            OptionGuard.Holds(
                BlockKeep.Count == filters, nameof(BlockKeep),
                $"BlockKeep must have a share for each of the {filters} blocks with a filter, or none, but has {BlockKeep.Count}.");
        }
        OptionGuard.Holds(
            Selector is Budget || (BlockKeep.Count == 0 && KeepScheduleSteps == 0), nameof(Selector),
            $"BlockKeep and KeepScheduleSteps need the selector Budget, but it is {Selector}.");
    }

    /// <summary>Equal when all settings are, the block list element by element.</summary>
    public bool Equals(TefOptions? other) =>
        other is not null && Selector == other.Selector && Action == other.Action && Mode == other.Mode && Blocks == other.Blocks
        && BlockList.SequenceEqual(other.BlockList) && DenseFirst == other.DenseFirst && DenseLast == other.DenseLast
        && AlwaysKeepFirst == other.AlwaysKeepFirst && Gate == other.Gate && GateRange.Equals(other.GateRange)
        && ScoreInput == other.ScoreInput && NormalizeBeforeScore == other.NormalizeBeforeScore
        && InitialBias.Equals(other.InitialBias) && MaskWarmupSteps == other.MaskWarmupSteps
        && KeepScheduleSteps == other.KeepScheduleSteps && BlockKeep.SequenceEqual(other.BlockKeep) && Loss == other.Loss
        && TargetKeep.Equals(other.TargetKeep) && LossWeight.Equals(other.LossWeight) && AllowNonCausalGeneration == other.AllowNonCausalGeneration;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Selector, Action, Mode, Blocks, Gate, MaskWarmupSteps, LossWeight);
}
