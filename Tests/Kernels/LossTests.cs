using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
internal sealed unsafe class LossTests
{
    private const long Ignored = -100;

    [Test]
    public void SoftmaxesAndTheirGradientsAreRight([Values(0, 1, 5, 70)] int rows, [Values(1, 2, 16, 31, 500)] int n, [Values] bool log)
    {
        Random random = new(18);
        using Floats x = new(rows * n, random, 20f), y = new(rows * n), dy = new(rows * n, random), dx = new(rows * n);
        if (log)
        {
            Softmax.LogForward(x.At, y.At, rows, n);
            Softmax.LogBackward(y.At, dy.At, dx.At, rows, n);
        }
        else
        {
            Softmax.Forward(x.At, y.At, rows, n);
            Softmax.Backward(y.At, dy.At, dx.At, rows, n);
        }
        for (int r = 0; r < rows; r++)
        {
            double[] p = Probabilities(x, r, n);
            double sum = 0.0, dot = 0.0;
            for (int i = 0; i < n; i++)
            {
                Close.Check(log ? Math.Log(p[i]) : p[i], y[(r * n) + i], 2e-6, "y");
                sum += dy[(r * n) + i];
                dot += dy[(r * n) + i] * p[i];
            }
            for (int i = 0; i < n; i++)
                Close.Check(log ? dy[(r * n) + i] - (p[i] * sum) : p[i] * (dy[(r * n) + i] - dot), dx[(r * n) + i], 1e-5, "dx");
        }
    }

    [Test]
    public void CrossEntropyAndItsGradientAreRight(
        [Values(1, 40)] int rows, [Values(2, 17, 300)] int classes, [Values(0f, 0.1f)] float smoothing)
    {
        Random random = new(19);
        using Floats x = new(rows * classes, random, 5f), dx = new(rows * classes);
        using Floats losses = new(rows), lse = new(rows), scale = new(rows, random);
        long[] targets = Targets(random, rows, classes);
        fixed (long* t = targets)
        {
            CrossEntropy.Forward(x.At, rows, classes, t, Ignored, smoothing, losses.At, lse.At);
            CrossEntropy.Backward(x.At, rows, classes, t, Ignored, smoothing, lse.At, scale.At, 0.5f, dx.At);
        }
        for (int r = 0; r < rows; r++)
        {
            (double loss, double[] gradient) = Loss(x, r, classes, targets[r], smoothing);
            Close.Check(loss, losses[r], 1e-5, "loss");
            for (int i = 0; i < classes; i++)
                Close.Check(0.5 * scale[r] * gradient[i], dx[(r * classes) + i], 1e-6, "gradient");
        }
    }

    [TestCase(1, 3, 5)]
    [TestCase(33, 20, 77)]
    [TestCase(300, 16, 60_000)]
    public void LinearCrossEntropyEqualsItsParts(int rows, int width, int classes)
    {
        Random random = new(20);
        using Floats hidden = new(rows * width, random), weight = new(classes * width, random), logits = new((long)rows * classes);
        using Floats losses = new(rows), dHidden = new(rows * width), dWeight = new(classes * width, random), only = new(rows);
        using Floats expectedLosses = new(rows), lse = new(rows), expectedHidden = new(rows * width), expectedWeight = new(classes * width);
        long[] targets = Targets(random, rows, classes);
        fixed (long* t = targets)
        {
            LinearCrossEntropy.ForwardBackward(
                hidden.At, weight.At, rows, width, classes, t, Ignored, 0.1f, losses.At, null, 0.25f, dHidden.At, dWeight.At);
            LinearCrossEntropy.Forward(hidden.At, weight.At, rows, width, classes, t, Ignored, 0.1f, only.At);
            Gemm.Multiply(false, true, rows, classes, width, hidden.At, width, weight.At, width, 0f, logits.At, classes);
            CrossEntropy.Forward(logits.At, rows, classes, t, Ignored, 0.1f, expectedLosses.At, lse.At);
            CrossEntropy.Backward(logits.At, rows, classes, t, Ignored, 0.1f, lse.At, null, 0.25f, logits.At);
        }
        Gemm.Multiply(false, false, rows, width, classes, logits.At, classes, weight.At, width, 0f, expectedHidden.At, width);
        Gemm.Multiply(true, false, classes, width, rows, logits.At, classes, hidden.At, width, 0f, expectedWeight.At, width);
        for (int i = 0; i < rows; i++)
        {
            Close.Check(expectedLosses[i], losses[i], 1e-5, "loss");
            Close.Check(losses[i], only[i], 0.0, "forward only");
        }
        for (int i = 0; i < rows * width; i++)
            Close.Check(expectedHidden[i], dHidden[i], 1e-5, "dHidden");
        for (int i = 0; i < classes * width; i++)
            Close.Check(expectedWeight[i], dWeight[i], 1e-5, "dWeight");
    }

    [Test]
    public void ATargetOutsideTheClassesIsRefused()
    {
        long* target = stackalloc long[] { 3 };
        using Floats x = new(3, new Random(1)), loss = new(1);
        nint logits = (nint)x.At, losses = (nint)loss.At;
        Assert.That(
            () => CrossEntropy.Forward((float*)logits, 1, 3, target, Ignored, 0f, (float*)losses, null),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static long[] Targets(Random random, int rows, int classes)
        => [.. Enumerable.Range(0, rows).Select(_ => random.Next(6) == 0 ? Ignored : random.Next(classes))];

    private static double[] Probabilities(Floats x, int row, int n)
    {
        double[] p = new double[n];
        double max = double.NegativeInfinity;
        for (int i = 0; i < n; i++)
            max = Math.Max(max, x[((long)row * n) + i]);
        for (int i = 0; i < n; i++)
            p[i] = Math.Exp(x[((long)row * n) + i] - max);
        double sum = p.Sum();
        return [.. p.Select(v => v / sum)];
    }

    private static (double Loss, double[] Gradient) Loss(Floats x, int row, int classes, long target, double smoothing)
    {
        double[] p = Probabilities(x, row, classes);
        if (target == Ignored)
            return (0.0, new double[classes]);
        double loss = -(1.0 - smoothing) * Math.Log(p[target]);
        for (int i = 0; i < classes; i++)
            loss -= smoothing / classes * Math.Log(p[i]);
        double[] gradient = [.. p.Select((v, i) => v - (i == target ? 1.0 - smoothing : 0.0) - (smoothing / classes))];
        return (loss, gradient);
    }
}
