using System.IO.Compression;
using Tef.Core.HuggingFace.Pickle;
using Tef.Core.Models;

namespace Tef.Tests.Core.HuggingFace;

[TestFixture]
internal sealed class PickleTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    public static IEnumerable<TestCaseData> Formats()
    {
        yield return new TestCaseData((Func<IReadOnlyList<PickledTensor>, byte[]>)(tensors => PickleWriter.Zip(tensors))).SetArgDisplayNames("zip");
        yield return new TestCaseData((Func<IReadOnlyList<PickledTensor>, byte[]>)(tensors => PickleWriter.Zip(tensors, CompressionLevel.Fastest)))
            .SetArgDisplayNames("compressed zip");
        yield return new TestCaseData((Func<IReadOnlyList<PickledTensor>, byte[]>)PickleWriter.Flat).SetArgDisplayNames("before 1.6");
    }

    [TestCaseSource(nameof(Formats))]
    public void TensorsComeBack(Func<IReadOnlyList<PickledTensor>, byte[]> write)
    {
        float[] storage = [.. Enumerable.Range(0, 70_000).Select(i => i * 0.5f)];
        PickledTensor whole = PickledTensor.Floats("whole", [700, 100], storage, "0");
        PickledTensor[] tensors =
        [
            whole,
            whole with { Name = "part", Shape = [3], Strides = [1], Offset = 10 },
            whole with { Name = "transposed", Shape = [2, 3], Strides = [1, 100], Offset = 1 },
            whole with { Name = "number", Shape = [], Strides = [] },
            whole with { Name = "empty", Shape = [0, 4], Strides = [4, 1] },
            new("half", [2], [1], "HalfStorage", "1", 0, 2, [0x00, 0x3c, 0x00, 0xc0]),
            new("brain", [2], [1], "BFloat16Storage", "2", 0, 2, [0x80, 0x3f, 0x00, 0xc0]),
            new("mask", [2], [1], "ByteStorage", "3", 0, 2, [1, 0]),
        ];

        using IWeightSource weights = PickleFile.Open(_folder.Write("pytorch_model.bin", write(tensors)));

        Assert.That(weights.Entries.Select(entry => entry.Name), Is.EqualTo(tensors.Select(tensor => tensor.Name)));
        Assert.That(weights.Entries[0].Shape, Is.EqualTo([700L, 100L]));
        Assert.That(Read(weights, "whole", storage.Length), Is.EqualTo(storage));
        Assert.That(Read(weights, "part", 3), Is.EqualTo([5f, 5.5f, 6f]));
        Assert.That(Read(weights, "transposed", 6), Is.EqualTo([0.5f, 50.5f, 100.5f, 1f, 51f, 101f]));
        Assert.That(Read(weights, "number", 1), Is.EqualTo([0f]));
        Assert.That(Read(weights, "empty", 0), Is.Empty);
        Assert.That(Read(weights, "half", 2), Is.EqualTo([1f, -2f]));
        Assert.That(Read(weights, "brain", 2), Is.EqualTo([1f, -2f]));
        Assert.That(() => Read(weights, "mask", 2), Throws.TypeOf<InvalidDataException>().With.Message.Contains("mask"));
    }

    [TestCase("os", "system")]
    [TestCase("builtins", "eval")]
    [TestCase("torch", "load")]
    [TestCase("torch._utils", "_rebuild_parameter")]
    public void WhateverElseAPickleAsksForIsNamedAndNotDone(string module, string name)
    {
        using var pickle = new MemoryStream();
        pickle.Write([0x80, 2]);
        PickleWriter.Global(pickle, module, name);
        PickleWriter.Text(pickle, "echo");
        pickle.Write([0x85, (byte)'R', (byte)'.']);
        string path = _folder.Write("pytorch_model.bin", PickleWriter.Zip(pickle.ToArray()));

        Assert.That(
            () => PickleFile.Open(path),
            Throws.TypeOf<InvalidDataException>().With.Message.Contains($"'{module}.{name}'").And.Message.Contains("nothing is executed"));
    }

    [Test]
    public void TensorsOutsideTheirStorageAreAnError()
    {
        PickledTensor tensor = PickledTensor.Floats("a", [4], [1, 2, 3, 4], "0") with { Offset = 1 };
        string path = _folder.Write("pytorch_model.bin", PickleWriter.Zip([tensor]));
        Assert.That(() => PickleFile.Open(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'a' ends at element 5"));
    }

    [Test]
    public void DamagedFilesAreClearErrors([Values(1, 2, 3)] int seed)
    {
        PickledTensor[] tensors = [PickledTensor.Floats("a", [2, 2], [1, 2, 3, 4], "0"), PickledTensor.Floats("b", [1], [5], "1")];
        var random = new Random(seed);
        foreach (byte[] good in new[] { PickleWriter.Zip(tensors), PickleWriter.Zip(tensors, CompressionLevel.Fastest), PickleWriter.Flat(tensors) })
        {
            for (int round = 0; round < 300; round++)
            {
                byte[] bad = (byte[])good.Clone();
                for (int i = random.Next(4); i >= 0; i--)
                    bad[random.Next(bad.Length)] = (byte)random.Next(256);
                if (random.Next(3) == 0)
                    bad = bad[..random.Next(bad.Length)];
                string path = _folder.Write("fuzzed.bin", bad);
                try
                {
                    using IWeightSource weights = PickleFile.Open(path);
                    foreach (WeightEntry entry in weights.Entries)
                        weights.ReadFloats(entry.Name, new float[Math.Min(entry.Shape.Aggregate(1L, (a, b) => a * b), 1 << 20)]);
                }
                catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
                {
                    Assert.That(exception.Message, Does.Contain("fuzzed.bin").Or.Contain("Tensor '"));
                }
            }
        }
    }

    private static float[] Read(IWeightSource weights, string name, int count)
    {
        float[] values = new float[count];
        weights.ReadFloats(name, values);
        return values;
    }
}
