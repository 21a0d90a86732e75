using System.Text.Json;
using Tef.Core.Safetensors;

namespace Tef.Tests.Core.Safetensors;

/// <summary>A file that was written outside of this project.</summary>
public sealed class SafetensorsGoldenTests
{
    private static readonly string FilePath = Golden.Path("gpt2-tiny", "model.safetensors");

    [Test]
    public void Lists_the_tensors_of_a_model()
    {
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Golden.Path("gpt2-tiny", "config.json")));
        long vocabulary = config.RootElement.GetProperty("vocab_size").GetInt64();
        long width = config.RootElement.GetProperty("n_embd").GetInt64();
        SafetensorsEntry embedding = file.Find("transformer.wte.weight")!;
        Assert.That(embedding.Type, Is.EqualTo(SafetensorsType.F32));
        Assert.That(embedding.Shape, Is.EqualTo(new[] { vocabulary, width }));
        Assert.That(file.Metadata["format"], Is.EqualTo("pt"));
    }

    [Test]
    public void Keeps_every_tensor_through_a_round_trip()
    {
        using var folder = new TemporaryFolder();
        using SafetensorsFile file = SafetensorsFile.Open(FilePath);
        SafetensorsWriter.Write(
            folder.File("copy"),
            file.Entries.Select(entry => SafetensorsTensor.Floats(entry.Name, [.. entry.Shape], () => Floats(file, entry))),
            file.Metadata);
        using SafetensorsFile copy = SafetensorsFile.Open(folder.File("copy"));
        Assert.That(copy.Metadata, Is.EqualTo(file.Metadata));
        Assert.That(copy.Entries, Has.Count.EqualTo(file.Entries.Count));
        foreach (SafetensorsEntry entry in file.Entries)
        {
            SafetensorsEntry copied = copy.Find(entry.Name)!;
            Assert.That(copied.Shape, Is.EqualTo(entry.Shape));
            Assert.That(Floats(copy, copied), Is.EqualTo(Floats(file, entry)));
        }
    }

    private static float[] Floats(SafetensorsFile file, SafetensorsEntry entry)
    {
        float[] values = new float[entry.Count];
        file.ReadFloats(entry.Name, values);
        return values;
    }
}
