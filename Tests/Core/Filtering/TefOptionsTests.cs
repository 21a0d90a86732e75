using Tef.Core.Filtering;

namespace Tef.Tests.Core.Filtering;

public sealed class TefOptionsTests
{
    [Test]
    public void EveryBlockMayKeepAShareOfItsOwn()
    {
        var options = TefOptions.Routed(0.5f) with { BlockKeep = [0.75f, 0.25f] };
        options.Validate(layers: 6);

        Assert.That(options.KeepOf(3, 6), Is.EqualTo(0.75f));
        Assert.That(options.KeepOf(5, 6), Is.EqualTo(0.25f));
        Assert.That(TefOptions.Routed(0.5f).KeepOf(3, 6), Is.EqualTo(0.5f));
        Assert.That(TefOptions.Seed(0.9f).KeepOf(3, 6), Is.Null);
    }

    [TestCase(FilteredBlocks.Late, false, 6, new[] { 3, 5 })]
    [TestCase(FilteredBlocks.Late, true, 6, new[] { 3 })]
    [TestCase(FilteredBlocks.Late, false, 4, new[] { 3 })]
    [TestCase(FilteredBlocks.Late, false, 12, new[] { 7, 9, 11 })]
    [TestCase(FilteredBlocks.Late, false, 1, new int[0])]
    [TestCase(FilteredBlocks.EveryOther, true, 6, new[] { 1, 3 })]
    [TestCase(FilteredBlocks.All, true, 4, new[] { 1, 2 })]
    public void BlocksHaveFilters(FilteredBlocks blocks, bool denseLast, int layers, int[] expected)
    {
        var options = TefOptions.Routed(0.5f) with { Blocks = blocks, DenseLast = denseLast };

        Assert.That(Enumerable.Range(0, layers).Where(block => options.Filters(block, layers)), Is.EqualTo(expected));
    }

    [TestCase(-0.1f)]
    [TestCase(1.5f)]
    public void ARangeOfTheGateThatTurnsUpdatesAroundIsRefused(float range) => Assert.That(
        () => (TefOptions.Routed(0.5f) with { GateRange = range }).Validate(6),
        Throws.InstanceOf<ArgumentException>().With.Message.Contains("GateRange"));

    [Test]
    public void SharesThatDoNotFitTheModelAreRefused()
    {
        var options = TefOptions.Routed(0.5f) with { BlockKeep = [0.75f] };

        Assert.That(() => options.Validate(layers: 6), Throws.InstanceOf<ArgumentException>().With.Message.Contains("each of the 2 blocks"));
        Assert.That(() => options.Validate(int.MaxValue), Throws.Nothing);
        Assert.That(
            () => (options with { BlockKeep = [0.5f, 1.5f] }).Validate(6), Throws.InstanceOf<ArgumentException>().With.Message.Contains("BlockKeep"));
        Assert.That(
            () => (options with { Selector = new Threshold(0.5f) }).Validate(int.MaxValue), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Budget"));
        Assert.That(
            () => (TefOptions.Seed(1) with { KeepScheduleSteps = 5 }).Validate(4), Throws.InstanceOf<ArgumentException>().With.Message.Contains("KeepScheduleSteps"));
    }

    [Test]
    public void AnOverrideFitsItsModel()
    {
        Assert.That(() => FilterOverride.Gate(0.5f).Validate(4), Throws.Nothing);
        Assert.That(() => FilterOverride.Gate(1.5f).Validate(4), Throws.InstanceOf<ArgumentException>());
        Assert.That(
            () => new FilterOverride(new Budget(0.5f)).Validate(4), Throws.InstanceOf<ArgumentException>().With.Message.Contains("Calibrate"));
        Assert.That(
            () => new FilterOverride(new CustomSelector("mine", true)).Validate(4), Throws.InstanceOf<ArgumentException>().With.Message.Contains("custom"));
    }
}
