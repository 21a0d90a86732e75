using Tef.Backends.Torch;
using Tef.Backends.Torch.Engine;
using Tef.Backends.Torch.Filtering;
using Tef.Backends.Torch.Models;
using Tef.Backends.Torch.Models.Gpt2;
using Tef.Backends.Torch.Training;
using Tef.Core.Data;
using Tef.Core.Filtering;
using Tef.Core.Models;
using Tef.Core.Training;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>Training on the predictions of a teacher.</summary>
public sealed class DistillationTests
{
    private const int Vocabulary = 17;

    private static readonly Gpt2Options Model = new()
    {
        VocabularySize = Vocabulary,
        Context = 16,
        Layers = 2,
        Width = 32,
        Heads = 4,
        Dropout = 0,
    };

    private static readonly TrainingOptions Short = new()
    {
        Epochs = 0,
        MaxSteps = 150,
        BatchSize = 8,
        LearningRate = 3e-3,
        WarmupSteps = 5,
    };

    private TrainingRun _run = null!;
    private ILanguageModelBackend _backend = null!;

    [SetUp]
    public void SetUp()
    {
        _run = new TrainingRun();
        _backend = _run.Backend;
    }

    [TearDown]
    public void TearDown() => _run.Dispose();

    [TestCase(false)]
    [TestCase(true)]
    public void AModelLearnsFromItsTeacherWhatTheTextDoesNotShow(bool routed)
    {
        using var teacher = _backend.Create(Model, seed: 1);
        _backend.Train(teacher, new TrainingData(Rule(4000)), Short);
        byte[] before = Weights(teacher);
        var options = routed ? Model with { Tef = TefOptions.Routed(0.5f) } : Model with { Layers = 1 };
        using var student = _backend.Create(options, seed: 2);
        using var alone = _backend.Create(options, seed: 2);
        var noise = Noise(4000);

        _backend.Train(student, new TrainingData(noise) { Distillation = new Distillation(teacher) { Weight = 1 } }, Short);
        _backend.Train(alone, new TrainingData(noise), Short);

        double learnt = _backend.Evaluate(student, Rule(1000)).Loss;
        Assert.That(_backend.Evaluate(teacher, Rule(1000)).Loss, Is.LessThan(0.3), "the teacher knows the rule");
        Assert.That(learnt, Is.LessThan(0.7));
        Assert.That(_backend.Evaluate(alone, Rule(1000)).Loss, Is.GreaterThan(2.5), "the text shows no rule");
        Assert.That(Weights(teacher), Is.EqualTo(before), "a teacher stays as it is");
    }

    [Test]
    public void TheLossIsTheMeanOverTokensWithATarget([Values(1f, 2f)] float temperature, [Values(0.25f, 1f)] float weight)
    {
        using var scope = NewDisposeScope();
        var kernels = new ReferenceTransformerKernels();
        using var teacher = new Gpt2(Model, new ComputeKernels(kernels, new ReferenceTokenFilterKernels()), CPU, seed: 5);
        manual_seed(4);
        var inputs = randint(0, Vocabulary, [2, 3], dtype: ScalarType.Int64);
        long[] targets = [1, TokenBatch.IgnoredTarget, 3, 4, 5, TokenBatch.IgnoredTarget];
        var logits = randn(6, Vocabulary).requires_grad_();
        var pass = new ForwardPass(Model.Layers) { Attention = new SelfAttentionPath(kernels) };
        var settings = new Distillation(new TorchLanguageModel(teacher, kernels, CPU)) { Weight = weight, Temperature = temperature };

        var total = new DistillationLoss(teacher, kernels, settings).Mix(tensor(3f), inputs, pass, logits, tensor(targets));
        total.backward();

        float[] theirs;
        using (no_grad())
            theirs = teacher.Hidden(inputs, pass).mm(teacher.HeadWeight.t()).data<float>().ToArray();
        float[] ours = logits.detach().data<float>().ToArray(), gradient = logits.grad!.data<float>().ToArray();
        double sum = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            double[] p = Softmax(theirs, row, temperature), q = Softmax(ours, row, temperature);
            bool counts = targets[row] != TokenBatch.IgnoredTarget;
            if (counts)
                sum += p.Zip(q, (a, b) => a * Math.Log(a / b)).Sum() / 4;
            for (int i = 0; i < Vocabulary; i++)
            {
                double expected = counts ? weight * temperature * (q[i] - p[i]) / 4 : 0;
                Assert.That(gradient[(row * Vocabulary) + i], Is.EqualTo(expected).Within(1e-5));
            }
        }
        Assert.That(total.item<float>(), Is.EqualTo(((1 - weight) * 3) + (weight * temperature * temperature * sum)).Within(1e-4));
    }

    [Test]
    public void TeachersThatDoNotFitAreRefused()
    {
        using var student = _backend.Create(Model, seed: 1);
        using var words = _backend.Create(Model with { VocabularySize = 18 }, seed: 1);
        using var shorter = _backend.Create(Model with { Context = 8 }, seed: 1);
        using var teacher = _backend.Create(Model, seed: 1);

        Refused(new Distillation(words), "17 tokens, but has 18");
        Refused(new Distillation(shorter), "16 tokens, but reads 8");
        Refused(new Distillation(student), "its own teacher");
        Refused(new Distillation(teacher) { Weight = 1.5f }, "Weight");
        Refused(new Distillation(teacher) { Temperature = 0 }, "Temperature");

        void Refused(Distillation distillation, string message) => Assert.That(
            () => _backend.Train(student, new TrainingData(Rule(400)) { Distillation = distillation }, Short),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains(message));
    }

    private static double[] Softmax(float[] logits, int row, double temperature)
    {
        double[] values = [.. logits.AsSpan(row * Vocabulary, Vocabulary).ToArray().Select(logit => Math.Exp(logit / temperature))];
        double sum = values.Sum();
        return Array.ConvertAll(values, value => value / sum);
    }

    private static byte[] Weights(ILanguageModel model)
    {
        using var stream = new MemoryStream();
        model.SaveWeights(stream);
        return stream.ToArray();
    }

    /// <summary>Every token follows from the one before it, but for a few that are drawn.</summary>
    private static MemoryTokenSource Rule(int count)
    {
        var random = new System.Random(3);
        int[] ids = new int[count];
        for (int i = 1; i < count; i++)
            ids[i] = random.Next(30) == 0 ? random.Next(Vocabulary) : ((ids[i - 1] * 5) + 3) % Vocabulary;
        return Source(ids);
    }

    private static MemoryTokenSource Noise(int count)
    {
        var random = new System.Random(4);
        return Source([.. Enumerable.Range(0, count).Select(_ => random.Next(Vocabulary))]);
    }

    private static MemoryTokenSource Source(int[] ids)
    {
        var source = new MemoryTokenSource(Vocabulary);
        source.Add(ids, ids.Length);
        return source;
    }
}
