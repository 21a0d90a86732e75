using System.Text.Json;
using Tef.Backends.Torch.Engine;
using Tef.Core.Data;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>Label smoothing, ignored targets and unlikelihood: against PyTorch's numbers, and fused against plain TorchSharp.</summary>
public sealed class LossTermsTests
{
    private static IEnumerable<TestCaseData> GoldenCases()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("unlikelihood.json")));
        int number = 0;
        foreach (JsonElement item in document.RootElement.EnumerateArray())
        {
            foreach (string kernels in GoldenModel.AllKernels())
                yield return new TestCaseData(item.Clone(), kernels).SetArgDisplayNames($"case {number}", kernels);
            number++;
        }
    }

    [TestCaseSource(nameof(GoldenCases))]
    public void Unlikelihood_is_that_of_PyTorch(JsonElement item, string kernels)
    {
        using var scope = NewDisposeScope();
        JsonElement logits = item.GetProperty("logits");
        long[] shape = [.. logits.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        float[] values = [.. logits.GetProperty("data").EnumerateArray().Select(value => value.GetSingle())];
        long[] targets = [.. item.GetProperty("target").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(id => id.GetInt64())];
        double expected = item.GetProperty("mean_over_candidates").GetDouble();
        long classes = shape[2];

        // Hidden rows that are the logits, and a head that changes nothing.
        var hidden = tensor(values).view(-1, classes);
        var head = eye(classes);
        var terms = new LossTerms { Unlikely = UnlikelyTokens.EarlierTargets(targets, (int)shape[1]), UnlikelyWeight = 3 };
        var ids = tensor(targets);
        LossParts loss = GoldenModel.KernelsNamed(kernels).LinearCrossEntropy(hidden, head, ids, terms);

        Assert.That(loss.Unlikelihood, Is.EqualTo(expected).Within(1e-6).Or.EqualTo(expected).Within(1e-5).Percent);
        Assert.That(loss.Total.item<float>(), Is.EqualTo(loss.CrossEntropy + (3 * loss.Unlikelihood)).Within(1e-5));
    }

    [TestCase(1, 4, 8, 11, 0.0, 0)]
    [TestCase(2, 7, 16, 33, 0.1, 5)]
    [TestCase(3, 130, 32, 300, 0.3, 40)]
    [TestCase(2, 5, 8, 7, 0.0, 10)]
    public void Fused_losses_are_those_of_plain_calls(int batch, int length, int width, int classes, double smoothing, int ignored)
    {
        var random = new System.Random(3);
        int rows = batch * length;
        long[] targets = [.. Enumerable.Range(0, rows).Select(_ => (long)random.Next(classes))];
        foreach (int row in Enumerable.Range(0, rows).OrderBy(_ => random.Next()).Take(ignored))
            targets[row] = TokenBatch.IgnoredTarget;
        foreach (var unlikely in new[] { null, UnlikelyTokens.EarlierTargets(targets, length) })
            Compare(new LossTerms { LabelSmoothing = smoothing, Unlikely = unlikely, UnlikelyWeight = 0.7 }, targets, width, classes);
    }

    [Test]
    public void Continuations_have_no_targets_and_a_loss_all_the_same()
    {
        int[] sequences = [1, 2, 3, 1, 2, 3, 1, 2, 3, 4, 4, 4, 4, 4, 0, 1, 2, 3, 4, 5];
        var unlikely = UnlikelyTokens.RepeatedNGrams(sequences, 10, 4, 3);
        long[] targets = [.. Enumerable.Repeat(TokenBatch.IgnoredTarget, 18)];
        Compare(new LossTerms { Unlikely = unlikely }, targets, 8, 6);
    }

    [Test]
    public void Certain_tokens_have_a_finite_loss_and_no_gradient()
    {
        using var scope = NewDisposeScope();
        var head = eye(4);
        foreach (string kernels in GoldenModel.AllKernels())
        {
            var hidden = tensor(new float[] { 0, 0, 0, 0, 0, 90, 0, 0 }).view(2, 4).requires_grad_();
            var terms = new LossTerms { Unlikely = UnlikelyTokens.EarlierTargets([1, 2], 2) };
            var targets = tensor(new[] { TokenBatch.IgnoredTarget, TokenBatch.IgnoredTarget });
            LossParts loss = GoldenModel.KernelsNamed(kernels).LinearCrossEntropy(hidden, head, targets, terms);
            loss.Total.backward();
            Assert.That(loss.Unlikelihood, Is.EqualTo(-Math.Log(UnlikelyTokens.SmallestRest)).Within(1e-3));
            Assert.That(hidden.grad!.abs().max().item<float>(), Is.Zero);
        }
    }

    [Test]
    public void The_first_of_equal_logits_is_the_prediction()
    {
        using var scope = NewDisposeScope();
        var head = eye(5);
        var hidden = tensor(new float[] { 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, 3 }).view(3, 5);
        foreach (string kernels in GoldenModel.AllKernels())
        {
            foreach (var (targets, expected) in new[]
            {
                (new long[] { 1, 0, 0 }, new[] { true, true, true }), (new long[] { 2, 4, 4 }, new[] { false, false, false }),
            })
            {
                var correct = zeros(3, dtype: ScalarType.Bool);
                GoldenModel.KernelsNamed(kernels).TokenLosses(hidden, head, tensor(targets), correct);
                Assert.That(correct.data<bool>().ToArray(), Is.EqualTo(expected), kernels);
            }
        }
    }

    [Test]
    public void Earlier_targets_are_counted_within_their_sequence()
    {
        var unlikely = UnlikelyTokens.EarlierTargets([7, 7, 5, -100, 7, 3, 3, 3, 3, 4], 5);
        Assert.That(unlikely.Offsets.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 3 }));
        Assert.That(unlikely.Tokens.ToArray(), Is.EqualTo(new[] { 7, 5, 3 }));
        Assert.That(unlikely.Counts.ToArray(), Is.EqualTo(new[] { 2f, 1, 4 }));
        Assert.That(unlikely.Total, Is.EqualTo(7));
        var separate = UnlikelyTokens.EarlierTargets([7, 7, 5, 7, 3], 5, [0, 2, 5]);
        Assert.That(separate.Offsets.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 0, 1, 3 }), "the second document begins at the 5");
    }

    [Test]
    public void Tokens_of_an_ngram_that_came_before_are_unlikely()
    {
        // The continuation begins at 4; its tokens 4 to 6 repeat "1 2" and "2 3", the last does not.
        var unlikely = UnlikelyTokens.RepeatedNGrams([1, 2, 3, 9, 1, 2, 3, 8], 8, 4, 2);
        Assert.That(unlikely.Tokens.ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(unlikely.Offsets.ToArray(), Is.EqualTo(new[] { 0, 0, 0, 0, 1, 2, 3, 3 }));
        Assert.That(unlikely.Total, Is.EqualTo(4));
        Assert.That(UnlikelyTokens.RepeatedNGrams([1, 1, 1], 3, 1, 4).Tokens.ToArray(), Is.Empty);
    }

    private static void Compare(LossTerms terms, long[] targets, int width, int classes)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var hidden = randn(targets.Length, width);
        var head = randn(classes, width);
        var ids = tensor(targets);
        var (fused, fusedGradients) = Run("fused");
        var (reference, gradients) = Run("reference");
        Assert.That(fused.CrossEntropy, Is.EqualTo(reference.CrossEntropy).Within(1e-5));
        Assert.That(fused.Unlikelihood, Is.EqualTo(reference.Unlikelihood).Within(1e-5));
        Assert.That(fused.Total.item<float>(), Is.EqualTo(reference.Total.item<float>()).Within(1e-5));
        for (int i = 0; i < gradients.Length; i++)
        {
            float scale = 1 + gradients[i].abs().max().item<float>();
            Assert.That((fusedGradients[i] - gradients[i]).abs().max().item<float>(), Is.LessThan(1e-5f * scale), $"gradient {i}");
        }

        (LossParts Loss, Tensor[] Gradients) Run(string name)
        {
            Tensor[] inputs = [hidden.clone().requires_grad_(), head.clone().requires_grad_()];
            LossParts loss = GoldenModel.KernelsNamed(name).LinearCrossEntropy(inputs[0], inputs[1], ids, terms);
            (loss.Total * 2).backward();
            return (loss, Array.ConvertAll(inputs, input => input.grad!));
        }
    }
}
