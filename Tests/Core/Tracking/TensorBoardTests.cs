using System.Text;
using Tef.Core.Configuration;
using Tef.Core.Tracking;
using Tef.Core.Tracking.TensorBoard;

namespace Tef.Tests.Core.Tracking;

/// <summary>Event files, read back by the published formats (tfrecord, event.proto, summary.proto, tensor.proto).</summary>
public sealed class TensorBoardTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void The_checksum_is_the_one_of_the_standard()
    {
        // RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 8A9136AA; the usual check value of "123456789" is E3069283.
        Assert.That(RecordWriter.MaskedCrc(new byte[32]), Is.EqualTo(Mask(0x8A9136AA)));
        Assert.That(RecordWriter.MaskedCrc("123456789"u8), Is.EqualTo(Mask(0xE3069283)));
        Assert.That(EventFile.Masked("123456789"u8), Is.EqualTo(Mask(0xE3069283)));

        static uint Mask(uint crc) => unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    [Test]
    public void Scalars_texts_and_histograms_can_be_read_back()
    {
        using (var tracker = new TensorBoardTracker(new FixedTime()))
        {
            tracker.Start(Run() with { Machine = new Dictionary<string, string> { ["processor"] = "a|b" } });
            tracker.Scalars(7, [new Metric("train/loss", 3.5), new Metric("kept/block_01", double.NaN)]);
            tracker.Text(8, "sample", "Einmal \"<b>\" 😀\n");
            tracker.Histogram(9, "gates/block_01", [0.25f, 0.75f, 0.5f, float.PositiveInfinity]);
            tracker.End(RunOutcome.Completed);
        }

        string file = Files().Single();
        Assert.That(Path.GetFileName(file), Does.StartWith("events.out.tfevents.1700000000."));
        List<EventFile.Message> events = EventFile.Read(file);

        Assert.That(events[0].Text(3), Is.EqualTo("brain.Event:2"));
        Assert.That(events.Select(e => e.One<double>(1)), Has.All.EqualTo(1_700_000_000d));
        Assert.That(events.Select(e => e.One<ulong>(2)), Is.EqualTo(new ulong[] { 0, 0, 0, 7, 8, 9 }));

        Assert.That(TextOf(events[1]), Is.EqualTo(("configuration", "text", string.Concat(
            ConfigurationFiles.Write(new TefConfiguration()).TrimEnd().Split('\n').Select(line => $"    {line}\n")))));
        Assert.That(TextOf(events[2]).Item3, Does.Contain("| processor | a\\|b |"));

        EventFile.Message[] values = [.. events[3].Inner(5)[1].Select(value => EventFile.Parse((byte[])value))];
        Assert.That(values[0].Text(1), Is.EqualTo("train/loss"));
        Assert.That(values[0].One<float>(2), Is.EqualTo(3.5f));
        Assert.That(values[1].Text(1), Is.EqualTo("kept/block_01"));
        Assert.That(values[1].One<float>(2), Is.NaN);

        Assert.That(TextOf(events[4]), Is.EqualTo(("sample", "text", "Einmal \"<b>\" 😀\n")));

        EventFile.Message histogram = events[5].Inner(5).Inner(1).Inner(5);
        Assert.That(
            Enumerable.Range(1, 5).Select(histogram.One<double>),
            Is.EqualTo(new[] { 0.25, 0.75, 3, 1.5, 0.0625 + 0.5625 + 0.25 }));
        double[] limits = Doubles(histogram.One<byte[]>(6)), counts = Doubles(histogram.One<byte[]>(7));
        Assert.That(counts, Has.Length.EqualTo(limits.Length));
        Assert.That(counts.Sum(), Is.EqualTo(3));
        Assert.That(limits, Is.Ordered);
        Assert.That(limits[^1], Is.EqualTo(0.75));
    }

    [Test]
    public void A_histogram_of_equal_values_has_one_bucket_and_of_none_is_not_written()
    {
        using (var tracker = new TensorBoardTracker(new FixedTime()))
        {
            tracker.Start(Run());
            tracker.Histogram(1, "equal", [2, 2]);
            tracker.Histogram(2, "none", []);
        }

        List<EventFile.Message> events = EventFile.Read(Files().Single());
        Assert.That(events, Has.Count.EqualTo(3));
        EventFile.Message histogram = events[2].Inner(5).Inner(1).Inner(5);
        Assert.That(Doubles(histogram.One<byte[]>(6)), Is.EqualTo(new[] { 2d }));
        Assert.That(Doubles(histogram.One<byte[]>(7)), Is.EqualTo(new[] { 2d }));
    }

    [Test]
    public void A_resumed_run_gets_a_later_file_that_voids_later_steps()
    {
        foreach (long? resumed in new long?[] { null, 40 })
        {
            using var tracker = new TensorBoardTracker(new FixedTime());
            tracker.Start(Run(resumed));
            tracker.Scalars((resumed ?? 0) + 1, [new Metric("a", 1)]);
        }

        string[] files = Files();
        Assert.That(files, Has.Length.EqualTo(2));
        List<EventFile.Message> events = EventFile.Read(files[1]);
        Assert.That(events[0].Text(3), Is.EqualTo("brain.Event:2"));
        Assert.That(events[1].One<ulong>(2), Is.EqualTo(41));
        Assert.That(events[1].Inner(7).One<ulong>(1), Is.EqualTo(1), "SessionLog.START");
        Assert.That(events[^1].One<ulong>(2), Is.EqualTo(41));
    }

    [Test]
    public void A_new_run_of_the_same_folder_does_not_show_the_old_one()
    {
        for (int i = 0; i < 2; i++)
        {
            using var tracker = new TensorBoardTracker(new FixedTime());
            tracker.Start(Run());
        }

        Assert.That(Files(), Has.Length.EqualTo(1));
    }

    private TrackedRun Run(long? resumed = null) =>
        new() { Name = "stories", Folder = _folder.Path, Configuration = new TefConfiguration(), ResumedStep = resumed };

    private string[] Files() =>
        [.. Directory.EnumerateFiles(_folder.File("tensorboard")).Order(StringComparer.Ordinal)];

    private static (string Tag, string Plugin, string Text) TextOf(EventFile.Message e)
    {
        EventFile.Message value = e.Inner(5).Inner(1);
        EventFile.Message tensor = value.Inner(8);
        Assert.That(tensor.One<ulong>(1), Is.EqualTo(7), "DT_STRING");
        Assert.That(tensor.Inner(2).Inner(2).One<ulong>(1), Is.EqualTo(1), "shape [1]");
        return (value.Text(1), value.Inner(9).Inner(1).Text(1), Encoding.UTF8.GetString(tensor.One<byte[]>(8)));
    }

    private static double[] Doubles(byte[] packed) =>
        [.. Enumerable.Range(0, packed.Length / 8).Select(i => BitConverter.ToDouble(packed, 8 * i))];
}
