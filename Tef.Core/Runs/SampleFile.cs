using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tef.Core.Runs;

/// <summary>The file <c>generated.txt</c> of a run: JSON objects, one after the other, that people can read.</summary>
internal static class SampleFile
{
    private static readonly RunJsonContext Readable =
        new(new JsonSerializerOptions(RunJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static void Append(string path, ValidationSamples samples) =>
        File.AppendAllText(path, JsonSerializer.Serialize(samples, Readable.ValidationSamples) + "\n", Encoding.UTF8);
}
