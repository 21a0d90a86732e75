using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

/// <summary>Classes that the tests use as rows.</summary>
public sealed class Story
{
    public int Id { get; set; }

    public string Text { get; set; } = string.Empty;

    public static List<Story> Some(int count) => [.. Enumerable.Range(0, count).Select(i => new Story { Id = i, Text = $"story {i}" })];
}

public sealed class Measured
{
    public int Id { get; set; }

    public int Length { get; set; }

    public string[] Words { get; set; } = [];
}

public sealed class TextOnly
{
    public string Text { get; set; } = string.Empty;
}

public sealed class Measures
{
    public int Length { get; set; }

    public string[] Words { get; set; } = [];
}

public sealed class Everything
{
    public bool Flag { get; set; }

    public sbyte SByte { get; set; }

    public byte Byte { get; set; }

    public short Int16 { get; set; }

    public ushort UInt16 { get; set; }

    public int Int32 { get; set; }

    public uint UInt32 { get; set; }

    public long Int64 { get; set; }

    public ulong UInt64 { get; set; }

    public float Single { get; set; }

    public double Double;

    public string? Text { get; set; }

    public ReadOnlyMemory<char> Memory { get; set; }

    public DateTime Time { get; set; }

    public DateTimeOffset Moment { get; set; }

    public TimeSpan Span { get; set; }

    [KeyType(10)]
    public uint Key { get; set; }

    [VectorType(3)]
    public float[] Three { get; set; } = [0, 0, 0];

    public string[]? Texts { get; set; }

    public VBuffer<long> Buffer { get; set; }

    [ColumnName("Renamed")]
    public int Original { get; set; }

    [NoColumn]
    public object? Ignored { get; set; }
}
