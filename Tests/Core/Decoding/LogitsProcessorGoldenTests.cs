using System.Text.Json;
using Tef.Core.Decoding;

namespace Tef.Tests.Core.Decoding;

/// <summary>Processors against the numbers that Hugging Face's give.</summary>
public sealed class LogitsProcessorGoldenTests
{
    private static IEnumerable<TestCaseData> Cases()
    {
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(Golden.Path("logits_processors.json")));
        int index = 0;
        foreach (JsonElement entry in golden.RootElement.EnumerateArray())
        {
            float[] logits = Floats(entry.GetProperty("logits"));
            int[] previous = [.. entry.GetProperty("previous").EnumerateArray().Select(token => token.GetInt32())];
            foreach (JsonProperty property in entry.EnumerateObject())
            {
                if (Processor(property.Name) is { } processor)
                {
                    yield return new TestCaseData(processor, previous, logits, Floats(property.Value))
                        .SetArgDisplayNames($"{index} {property.Name}");
                }
            }

            index++;
        }
    }

    [TestCaseSource(nameof(Cases))]
    public void Equals_the_reference(ILogitsProcessor processor, int[] previous, float[] logits, float[] expected)
    {
        float[] actual = [.. logits];
        processor.Process(previous, actual);
        Assert.That(actual, Is.EqualTo(expected).Within(1e-5f));
    }

    /// <summary>The number at the end of a name is the processor's parameter.</summary>
    private static ILogitsProcessor? Processor(string name)
    {
        int split = name.LastIndexOf('_');
        return name[..Math.Max(split, 0)] switch
        {
            "repetition_penalty" => new RepetitionPenaltyLogitsProcessor(float.Parse(name[(split + 1)..])),
            "top_k" => new TopKLogitsWarper(int.Parse(name[(split + 1)..])),
            "top_p" => new TopPLogitsWarper(float.Parse(name[(split + 1)..])),
            "no_repeat_ngram" => new NoRepeatNGramLogitsProcessor(int.Parse(name[(split + 1)..])),
            "temperature" => new TemperatureLogitsWarper(float.Parse(name[(split + 1)..])),
            _ => null,
        };
    }

    private static float[] Floats(JsonElement array) =>
        [.. array.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Null ? float.NegativeInfinity : number.GetSingle())];
}
