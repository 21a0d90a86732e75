using Google.Protobuf;

namespace Tef.Core.Tracking.TensorBoard;

/// <summary>
/// The messages of an event file on the wire: TensorFlow's <c>event.proto</c>, <c>summary.proto</c> and <c>tensor.proto</c>, as far
/// as scalars, texts and histograms need them. Numbers of fields are named after the fields.
/// </summary>
internal static class EventMessage
{
    private const int Tag = 1, SimpleValue = 2, Histo = 5, Tensor = 8, ValueMetadata = 9;
    private const int StringType = 7;

    /// <summary>The first event of every file.</summary>
    public static byte[] FileVersion(double wallTime) =>
        Event(wallTime, 0, output => WriteString(output, 3, "brain.Event:2"));

    /// <summary>Says that a run was taken up again: a reader forgets what earlier files hold for this step and later ones.</summary>
    public static byte[] SessionStart(double wallTime, long step) =>
        Event(wallTime, step, output => WriteMessage(output, 7, log => WriteVarint(log, 1, 1)));

    public static byte[] Scalars(double wallTime, long step, IEnumerable<Metric> values) =>
        Event(wallTime, step, output => WriteMessage(output, 5, summary =>
        {
            foreach (Metric metric in values)
            {
                WriteMessage(summary, 1, value =>
                {
                    WriteString(value, Tag, metric.Name);
                    value.WriteTag(SimpleValue, WireFormat.WireType.Fixed32);
                    value.WriteFloat((float)metric.Value);
                });
            }
        }));

    /// <summary>A text as a tensor of one string that the text plugin shows, as Markdown.</summary>
    public static byte[] Text(double wallTime, long step, string name, string text) =>
        Event(wallTime, step, output => WriteMessage(output, 5, summary => WriteMessage(summary, 1, value =>
        {
            WriteString(value, Tag, name);
            WriteMessage(value, ValueMetadata, metadata => WriteMessage(metadata, 1, plugin => WriteString(plugin, 1, "text")));
            WriteMessage(value, Tensor, tensor =>
            {
                WriteVarint(tensor, 1, StringType);
                WriteMessage(tensor, 2, shape => WriteMessage(shape, 2, dimension => WriteVarint(dimension, 1, 1)));
                WriteString(tensor, 8, text);
            });
        })));

    public static byte[] Histogram(double wallTime, long step, string name, Distribution distribution) =>
        Event(wallTime, step, output => WriteMessage(output, 5, summary => WriteMessage(summary, 1, value =>
        {
            WriteString(value, Tag, name);
            WriteMessage(value, Histo, histogram =>
            {
                WriteDouble(histogram, 1, distribution.Min);
                WriteDouble(histogram, 2, distribution.Max);
                WriteDouble(histogram, 3, distribution.Count);
                WriteDouble(histogram, 4, distribution.Sum);
                WriteDouble(histogram, 5, distribution.SumOfSquares);
                WriteDoubles(histogram, 6, distribution.Limits);
                WriteDoubles(histogram, 7, [.. distribution.Counts.Select(count => (double)count)]);
            });
        })));

    private static byte[] Event(double wallTime, long step, Action<CodedOutputStream> what) => Bytes(output =>
    {
        WriteDouble(output, 1, wallTime);
        output.WriteTag(2, WireFormat.WireType.Varint);
        output.WriteInt64(step);
        what(output);
    });

    private static byte[] Bytes(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream, leaveOpen: true);
        write(output);
        output.Flush();
        return stream.ToArray();
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(UnsafeByteOperations.UnsafeWrap(Bytes(write)));
    }

    private static void WriteString(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }

    private static void WriteVarint(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }

    private static void WriteDouble(CodedOutputStream output, int field, double value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed64);
        output.WriteDouble(value);
    }

    private static void WriteDoubles(CodedOutputStream output, int field, double[] values)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteLength(values.Length * sizeof(double));
        foreach (double value in values)
            output.WriteDouble(value);
    }
}
