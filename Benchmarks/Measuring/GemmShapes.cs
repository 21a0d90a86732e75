namespace Tef.Benchmarks.Measuring;

/// <summary>One matrix product of a training step.</summary>
/// <param name="Model">Whose step.</param>
/// <param name="Name">Layer and pass.</param>
/// <param name="TransA">A is stored [k, m].</param>
/// <param name="TransB">B is stored [n, k].</param>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Length of the sums.</param>
/// <param name="Accumulate">Adds to C, as gradients of weights do.</param>
/// <param name="PerStep">How often a step does it.</param>
internal sealed record GemmShape(
    string Model, string Name, bool TransA, bool TransB, int M, int N, int K, bool Accumulate, int PerStep)
{
    public double Flops => 2.0 * M * N * K;
}

/// <summary>The products of the models that the project is measured with.</summary>
internal static class GemmShapes
{
    public static IEnumerable<GemmShape> All()
    {
        yield return new GemmShape("square", "2048", false, false, 2048, 2048, 2048, false, 1);
        foreach (GemmShape shape in Model("small", layers: 6, width: 256, rows: 16 * 256, vocabulary: 8192))
            yield return shape;
        foreach (GemmShape shape in Model("124M", layers: 12, width: 768, rows: 4 * 64, vocabulary: 50257))
            yield return shape;
    }

    /// <summary>Weights are [in, out] as in GPT-2's files, the head is the embedding [vocabulary, width].</summary>
    private static IEnumerable<GemmShape> Model(string model, int layers, int width, int rows, int vocabulary)
    {
        foreach ((string name, int input, int output) in new[]
        {
            ("qkv", width, 3 * width), ("proj", width, width), ("fc", width, 4 * width), ("out", 4 * width, width),
        })
        {
            yield return new GemmShape(model, name + " y", false, false, rows, output, input, false, layers);
            yield return new GemmShape(model, name + " dx", false, true, rows, input, output, false, layers);
            yield return new GemmShape(model, name + " dw", true, false, input, output, rows, true, layers);
        }
        yield return new GemmShape(model, "head y", false, true, rows, vocabulary, width, false, 1);
        yield return new GemmShape(model, "head dx", false, false, rows, width, vocabulary, false, 1);
        yield return new GemmShape(model, "head dw", true, false, vocabulary, width, rows, true, 1);
    }
}
