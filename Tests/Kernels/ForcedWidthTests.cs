using TorchSharp.Kernels;

namespace Tef.Tests.Kernels;

/// <summary>The width of vector; in a process that was told one by the variable, that one.</summary>
[TestFixture]
internal sealed class ForcedWidthTests
{
    /// <summary>The variable that names the expected width.</summary>
    public const string Variable = "TEF_VECTOR_BITS";

    [Test]
    public void TheWidthIsTheOneAskedFor()
    {
        int[] widths = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } forced ? [int.Parse(forced)] : [128, 256, 512];
        Assert.That(widths, Does.Contain(Isa.VectorBits));
    }
}
