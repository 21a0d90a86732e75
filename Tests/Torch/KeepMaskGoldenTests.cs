using System.Text.Json;
using Tef.Backends.Torch.Filtering;
using static TorchSharp.torch;

namespace Tef.Tests.Torch;

/// <summary>Keep masks of every kernel implementation against those that PyTorch computed.</summary>
public sealed class KeepMaskGoldenTests
{
    public static IEnumerable<ITokenFilterKernels> Kernels() => TokenFilterTests.AllKernels();

    [TestCaseSource(nameof(Kernels))]
    public void EqualToTheLastBit(ITokenFilterKernels kernels)
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("tef_keep_mask.json")));
        int compared = 0;
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var gates = Matrix(item.GetProperty("gates"), value => value.GetSingle());
            var mask = item.GetProperty("attention_mask");
            var active = mask.ValueKind == JsonValueKind.Null ? null : Matrix(mask, value => value.GetSingle()) > 0;
            foreach (var expected in item.GetProperty("keep").EnumerateObject())
            {
                var keep = kernels.KeepMask(gates, active, float.Parse(expected.Name));
                var wanted = Matrix(expected.Value, value => value.GetSingle()) > 0;
                Assert.That(
                    keep.data<bool>().ToArray(), Is.EqualTo(wanted.data<bool>().ToArray()),
                    $"τ = {expected.Name}, gates [{string.Join(", ", gates.shape)}], mask {mask.ValueKind}");
                compared++;
            }
        }
        Assert.That(compared, Is.GreaterThan(0));
    }

    private static Tensor Matrix(JsonElement rows, Func<JsonElement, float> read)
    {
        var values = rows.EnumerateArray().Select(row => row.EnumerateArray().Select(read).ToArray()).ToArray();
        return tensor(values.SelectMany(row => row).ToArray()).view(values.Length, values[0].Length);
    }
}
