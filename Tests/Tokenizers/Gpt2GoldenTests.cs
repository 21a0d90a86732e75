using System.Text.Json;

namespace Tef.Tests.Tokenizers;

public class Gpt2GoldenTests
{
    private static JsonElement[] Cases()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden.Path("gpt2_bpe.json")));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static int[] Ids(JsonElement item, string name) => [.. item.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];

    [Test]
    public void IdsEqualTheReference()
    {
        foreach (JsonElement item in Cases())
        {
            string text = item.GetProperty("text").GetString()!;
            Assert.That(Gpt2.Tokenizer.EncodeToIds(text), Is.EqualTo(Ids(item, "ids")), text);
            Assert.That(Gpt2.Plain.EncodeToIds(text), Is.EqualTo(Ids(item, "ids_no_special")), text);
            Assert.That(Gpt2.Tokenizer.EncodeToIds(text.AsSpan()), Is.EqualTo(Ids(item, "ids")), text);
            Assert.That(Gpt2.Tokenizer.CountTokens(text), Is.EqualTo(Ids(item, "ids").Length), text);
        }
    }

    [Test]
    public void DecodingGivesTheTextBack()
    {
        foreach (JsonElement item in Cases())
        {
            string text = item.GetProperty("text").GetString()!;
            Assert.That(Gpt2.Tokenizer.Decode(Ids(item, "ids")), Is.EqualTo(text));
            Assert.That(Gpt2.Plain.Decode(Ids(item, "ids_no_special")), Is.EqualTo(text));
        }
    }
}
