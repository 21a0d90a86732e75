using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tef.Tests.Cuda;

/// <summary>The CUDA sources on the processor, threads as fibres, against a reference written from PyTorch's definitions.</summary>
public sealed class KernelSourceTests
{
    [Test]
    public void EqualToTheReference() => RunChecks(NativeCode.CheckProgram(sanitized: false), "kernels");

    [Test]
    public void CleanUnderSanitizers() => RunChecks(NativeCode.CheckProgram(sanitized: true), "quick");

    [Test]
    public void EveryBarrierIsNeeded() => RunChecks(NativeCode.CheckProgram(sanitized: false), "barriers");

    [Test]
    public void KeepMasksEqualThoseOfPyTorch()
    {
        string program = NativeCode.CheckProgram(sanitized: false);
        var text = new StringBuilder();
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("tef_keep_mask.json")));
        foreach (var item in cases.RootElement.EnumerateArray())
        {
            var gates = item.GetProperty("gates");
            var mask = item.GetProperty("attention_mask");
            bool masked = mask.ValueKind != JsonValueKind.Null;
            foreach (var expected in item.GetProperty("keep").EnumerateObject())
            {
                text.Append(CultureInfo.InvariantCulture, $"{gates.GetArrayLength()} {gates[0].GetArrayLength()} {expected.Name} ")
                    .Append(masked ? 1 : 0).Append('\n');
                Append(text, gates);
                if (masked)
                    Append(text, mask);
                Append(text, expected.Value);
            }
        }
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, "keep_masks.txt");
        File.WriteAllText(file, text.ToString());

        RunChecks(program, "golden", file);
    }

    private static void Append(StringBuilder text, JsonElement rows)
    {
        foreach (var row in rows.EnumerateArray())
            text.AppendJoin(' ', row.EnumerateArray().Select(value => value.GetRawText())).Append('\n');
    }

    private static void RunChecks(string program, params string[] arguments)
    {
        var (code, output) = NativeCode.Run(program, arguments);
        Assert.That(code, Is.Zero, output);
        TestContext.Out.WriteLine(output);
    }
}
