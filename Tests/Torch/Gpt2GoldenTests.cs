using System.Text.Json;
using Tef.Backends.Torch.Engine;
using Tef.Core.Decoding;
using Tef.Core.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>GPT-2 against the numbers that PyTorch computed for the same weights.</summary>
[TestFixtureSource(typeof(GoldenModel), nameof(GoldenModel.AllKernels))]
public sealed class Gpt2GoldenTests(string kernels)
{
    private GoldenModel _golden = null!;

    [SetUp]
    public void SetUp() => _golden = GoldenModel.Load(kernels);

    [TearDown]
    public void TearDown() => _golden.Dispose();

    [Test]
    public void Logits()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var hidden = _golden.Module.Hidden(_golden.Ids("input_ids").narrow(0, 0, 1), _golden.NewPass());
        float[] logits = hidden.matmul(_golden.Module.HeadWeight.t()).data<float>().ToArray();

        Assert.That(logits, Is.EqualTo(Floats("logits_row0")).Within(1e-4f));
    }

    [Test]
    public void LossAndGradients()
    {
        using var scope = NewDisposeScope();
        var loss = Loss();
        loss.backward();

        Assert.That(loss.item<float>(), Is.EqualTo(_golden.Numbers.GetProperty("loss").GetSingle()).Within(1e-5f));
        var gradients = _golden.Module.named_parameters().ToDictionary(item => item.name, item => item.parameter.grad!);
        foreach (var expected in _golden.Numbers.GetProperty("grad_norm").EnumerateObject())
        {
            var gradient = Named(gradients, expected.Name);
            double norm = gradient.norm().item<float>();
            Assert.That(norm, Is.EqualTo(expected.Value.GetDouble()).Within(0.1).Percent, $"norm of {expected.Name}");
        }
        foreach (var expected in _golden.Numbers.GetProperty("grad_first8").EnumerateObject())
        {
            float[] first = Named(gradients, expected.Name).reshape(-1).narrow(0, 0, expected.Value.GetArrayLength()).data<float>().ToArray();
            float[] wanted = Floats(expected.Value);
            float tolerance = 1e-3f * wanted.Max(MathF.Abs);
            Assert.That(first, Is.EqualTo(wanted).Within(tolerance), $"start of {expected.Name}");
        }
    }

    [Test]
    public void SixStepsOfAdamW()
    {
        const string name = "adamw_lr1e-3_b0.9_0.95_wd0.1_clip1.0_all_params";
        var parameters = _golden.Module.parameters().ToArray();
        using var optimizer = optim.AdamW(parameters, lr: 1e-3, beta1: 0.9, beta2: 0.95, weight_decay: 0.1);
        int step = 0;
        foreach (var expected in _golden.Numbers.GetProperty(name).EnumerateArray())
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = Loss();
            loss.backward();
            double norm = nn.utils.clip_grad_norm_(parameters, 1.0);
            optimizer.step();

            Assert.That(loss.item<float>(), Is.EqualTo(expected.GetProperty("loss").GetSingle()).Within(1e-4f), $"loss of step {step}");
            Assert.That(
                norm, Is.EqualTo(expected.GetProperty("grad_norm_before_clip").GetDouble()).Within(0.1).Percent, $"norm of step {step}");
            step++;
        }
        Assert.That(step, Is.GreaterThanOrEqualTo(1));
    }

    [Test]
    public void Greedy()
    {
        var greedy = _golden.Numbers.GetProperty("greedy");
        int[] prompt = Ints(greedy.GetProperty("prompt"));
        int[] expected = Ints(greedy.GetProperty("output"));

        var result = TokenGenerator.Generate(
            _golden.Model, prompt, new GenerationOptions { Sample = false, MaxNewTokens = expected.Length - prompt.Length });

        Assert.That(result[0].Tokens, Is.EqualTo(expected[prompt.Length..]));
    }

    [Test]
    public void Beams()
    {
        var beams = _golden.Numbers.GetProperty("beam4_no_eos").EnumerateArray().ToArray();
        int[] prompt = Ints(_golden.Numbers.GetProperty("greedy").GetProperty("prompt"));
        var options = new GenerationOptions
        {
            Sample = false,
            Beams = beams.Length,
            ReturnSequences = beams.Length,
            MaxNewTokens = beams[0].GetProperty("output").GetArrayLength() - prompt.Length,
        };

        var result = TokenGenerator.Generate(_golden.Model, prompt, options);

        Assert.That(result, Has.Count.EqualTo(beams.Length));
        for (int i = 0; i < beams.Length; i++)
        {
            Assert.That(result[i].Tokens, Is.EqualTo(Ints(beams[i].GetProperty("output"))[prompt.Length..]), $"beam {i}");
            Assert.That(result[i].LogProbability, Is.EqualTo(beams[i].GetProperty("sum_logprob").GetDouble()).Within(1e-3), $"beam {i}");
        }
    }

    [Test]
    public void CachedDecodingEqualsFullForward()
    {
        int[] prompt = Ints(_golden.Numbers.GetProperty("greedy").GetProperty("prompt"));
        int vocabulary = _golden.Module.Options.VocabularySize;
        int steps = Math.Min(64, _golden.Module.Options.Context - prompt.Length);
        using var cached = _golden.Model.StartDecoding();
        using var full = _golden.Model.StartFullForward();
        float[] fromCache = new float[vocabulary], fromFull = new float[vocabulary];
        int[] next = prompt;
        for (int i = 0; i < steps; i++)
        {
            cached.Append(next, fromCache);
            full.Append(next, fromFull);
            Assert.That(fromCache, Is.EqualTo(fromFull).Within(2e-5f), $"step {i}");
            int best = Array.IndexOf(fromCache, fromCache.Max());
            Assert.That(best, Is.EqualTo(Array.IndexOf(fromFull, fromFull.Max())), $"step {i}");
            next = [best];
        }
    }

    private Tensor Loss()
    {
        var pass = _golden.NewPass();
        var hidden = _golden.Module.Hidden(_golden.Ids("input_ids"), pass);
        return _golden.Kernels.LinearCrossEntropy(hidden, _golden.Module.HeadWeight, _golden.Ids("labels_next").view(-1));
    }

    private static Tensor Named(Dictionary<string, torch.Tensor> gradients, string name) =>
        gradients.TryGetValue(name, out var gradient) ? gradient : gradients["transformer." + name];

    private float[] Floats(string name) => Floats(_golden.Numbers.GetProperty(name));

    private static float[] Floats(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];

    private static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetInt32())];
}
