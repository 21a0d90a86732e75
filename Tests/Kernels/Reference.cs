namespace Tef.Tests.Kernels;

/// <summary>The functions under test, in double precision and in the plainest form.</summary>
internal static class Reference
{
    public static double GeluTanh(double x)
        => 0.5 * x * (1.0 + Math.Tanh(Math.Sqrt(2.0 / Math.PI) * (x + (0.044715 * x * x * x))));

    public static double GeluExact(double x) => 0.5 * x * (1.0 + Erf(x / Math.Sqrt(2.0)));

    public static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (a > 2.5)
        {
            // The continued fraction of erfc.
            double f = a;
            for (int n = 100; n > 0; n--)
                f = a + (0.5 * n / f);
            return Math.CopySign(1.0 - (Math.Exp(-a * a) / Math.Sqrt(Math.PI) / f), x);
        }
        double term = a, sum = a;
        for (int n = 1; n < 200; n++)
        {
            term *= -a * a / n;
            sum += term / ((2 * n) + 1);
        }
        return Math.CopySign(Math.Min(1.0, sum * 2.0 / Math.Sqrt(Math.PI)), x);
    }
}
