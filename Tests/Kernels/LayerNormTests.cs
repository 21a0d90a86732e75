using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

[TestFixture]
internal sealed unsafe class LayerNormTests
{
    [Test]
    public void BothPassesEqualTheFormula(
        [Values(1, 3, 200)] int rows, [Values(1, 7, 16, 32, 40, 100)] int n, [Values] bool affine, [Values] bool residual)
    {
        Random random = new(17);
        const float Eps = 1e-5f;
        using Floats x = new(rows * n, random, 3f), delta = new(rows * n, random), sum = new(rows * n), y = new(rows * n);
        using Floats weight = new(n, random), bias = new(n, random), mean = new(rows), rstd = new(rows);
        using Floats dy = new(rows * n, random), dx = new(rows * n), extra = new(rows * n, random);
        using Floats dWeight = new(n, random), dBias = new(n, random);
        double[] dWeightExpected = [.. dWeight.ToArray().Select(v => (double)v)];
        double[] dBiasExpected = [.. dBias.ToArray().Select(v => (double)v)];
        LayerNorm.Forward(
            x.At, affine ? weight.At : null, affine ? bias.At : null, Eps, y.At, mean.At, rstd.At, rows, n,
            residual ? delta.At : null, residual ? sum.At : null);
        Floats input = residual ? sum : x;
        LayerNorm.Backward(
            dy.At, input.At, affine ? weight.At : null, mean.At, rstd.At, dx.At, dWeight.At, dBias.At, rows, n, residual ? extra.At : null);
        for (int r = 0; r < rows; r++)
        {
            double[] v = new double[n], g = new double[n];
            for (int i = 0; i < n; i++)
            {
                v[i] = x[(r * n) + i] + (residual ? (double)delta[(r * n) + i] : 0.0);
                if (residual)
                    Close.Check(v[i], sum[(r * n) + i], 1e-6, "sum");
            }
            double m = v.Average(), s = 1.0 / Math.Sqrt(v.Average(a => (a - m) * (a - m)) + Eps);
            Close.Check(m, mean[r], 1e-5, "mean");
            Close.Check(s, rstd[r], 2e-5, "rstd");
            double gSum = 0.0, gDot = 0.0;
            for (int i = 0; i < n; i++)
            {
                double z = (v[i] - m) * s;
                double w = affine ? weight[i] : 1.0;
                Close.Check((z * w) + (affine ? bias[i] : 0.0), y[(r * n) + i], 2e-5, "y");
                g[i] = dy[(r * n) + i] * w;
                gSum += g[i];
                gDot += g[i] * z;
                dWeightExpected[i] += dy[(r * n) + i] * z;
                dBiasExpected[i] += dy[(r * n) + i];
            }
            for (int i = 0; i < n; i++)
            {
                double z = (v[i] - m) * s;
                double expected = ((g[i] - (gSum / n) - (z * gDot / n)) * s) + (residual ? extra[(r * n) + i] : 0.0);
                Close.Check(expected, dx[(r * n) + i], 1e-4 * Math.Max(1.0, s), "dx");
            }
        }
        Close.Check(dWeightExpected, dWeight, 1e-4, "dWeight");
        Close.Check(dBiasExpected, dBias, 1e-4, "dBias");
    }
}
