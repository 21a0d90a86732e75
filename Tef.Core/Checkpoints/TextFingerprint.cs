using System.Globalization;
using System.Runtime.InteropServices;
using Tef.Core.Data;

namespace Tef.Core.Checkpoints;

/// <summary>Tells texts apart without reading the whole of them.</summary>
public static class TextFingerprint
{
    private const int Samples = 64;
    private const int SampleLength = 256;

    /// <summary>Length and a hash of runs that are spread evenly over a text.</summary>
    /// <param name="source">The text.</param>
    public static string Of(ITokenSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var hash = new ContentHash();
        int length = (int)Math.Min(SampleLength, source.Count);
        int[] run = new int[length];
        for (int i = 0; i < Samples && length > 0; i++)
        {
            source.Read((source.Count - length) * i / (Samples - 1), run);
            hash.Add(MemoryMarshal.AsBytes(run.AsSpan()));
        }

        string digest = Convert.ToHexStringLower(hash.ToArray().AsSpan(0, 8));
        return string.Create(CultureInfo.InvariantCulture, $"{source.Count} tokens, {digest}");
    }
}
