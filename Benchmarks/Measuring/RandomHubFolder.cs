using System.Runtime.InteropServices;
using Tef.Core.Safetensors;

namespace Tef.Benchmarks.Measuring;

/// <summary>A folder as the Hugging Face hub has them, with random weights that are written without holding them.</summary>
internal static class RandomHubFolder
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> of a GPT-2.</summary>
    public static void Write(string folder, ModelSize size)
    {
        var options = size.Options;
        File.WriteAllText(Path.Combine(folder, "config.json"), $$"""
            {
              "model_type": "gpt2", "n_embd": {{size.Dim}}, "n_head": {{size.Heads}}, "n_layer": {{size.Layers}},
              "n_positions": {{options.Context}}, "vocab_size": {{size.Vocab}}
            }
            """);
        long width = size.Dim;
        List<(string Name, long[] Shape)> tensors =
        [
            ("wte.weight", [size.Vocab, width]), ("wpe.weight", [options.Context, width]), ("ln_f.weight", [width]), ("ln_f.bias", [width]),
        ];
        for (int block = 0; block < size.Layers; block++)
        {
            foreach ((string name, long inputs, long outputs) in ((string, long, long)[])
                [("attn.c_attn", width, 3 * width), ("attn.c_proj", width, width), ("mlp.c_fc", width, 4 * width), ("mlp.c_proj", 4 * width, width)])
            {
                tensors.Add(($"h.{block}.{name}.weight", [inputs, outputs]));
                tensors.Add(($"h.{block}.{name}.bias", [outputs]));
            }

            foreach (string name in (string[])["ln_1.weight", "ln_1.bias", "ln_2.weight", "ln_2.bias"])
                tensors.Add(($"h.{block}.{name}", [width]));
        }

        byte[] numbers = Block();
        SafetensorsWriter.Write(
            Path.Combine(folder, "model.safetensors"),
            tensors.Select(tensor => new SafetensorsTensor(tensor.Name, SafetensorsType.F32, tensor.Shape, stream =>
            {
                for (long left = tensor.Shape.Aggregate(4L, (product, length) => product * length); left > 0; left -= numbers.Length)
                    stream.Write(numbers, 0, (int)Math.Min(left, numbers.Length));
            })));
    }

    /// <summary>Random numbers that are written over and over.</summary>
    private static byte[] Block()
    {
        byte[] block = new byte[BlockBytes];
        var random = new Random(1);
        foreach (ref float number in MemoryMarshal.Cast<byte, float>(block.AsSpan()))
            number = (random.NextSingle() - 0.5f) * 0.04f;
        return block;
    }
}
