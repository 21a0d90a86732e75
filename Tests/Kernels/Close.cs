namespace Tef.Tests.Kernels;

/// <summary>Comparisons that stop at the first wrong number.</summary>
internal static class Close
{
    public static void Check(double expected, double actual, double tolerance, string what)
    {
        if (double.IsNaN(expected) && double.IsNaN(actual))
            return;
        if (expected.Equals(actual))
            return;
        double error = Math.Abs(expected - actual);
        if (!(error <= tolerance * Math.Max(1.0, Math.Abs(expected))))
            Assert.Fail($"{what}: expected {expected}, found {actual} (tolerance {tolerance})");
    }

    public static void Check(double[] expected, Floats actual, double tolerance, string what)
    {
        for (int i = 0; i < expected.Length; i++)
            Check(expected[i], actual[i], tolerance, $"{what}[{i}]");
    }
}
