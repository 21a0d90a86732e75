using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tef.Core.Safetensors;

namespace Tef.Tests.Core.Safetensors;

public sealed class SafetensorsTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    /// <summary>A file with a given header, without care for what it says.</summary>
    private static byte[] Raw(string header, int dataBytes = 0, long? length = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, length ?? json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    private static byte[] Write(IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static string Header(byte[] file) => Encoding.UTF8.GetString(file, 8, (int)BinaryPrimitives.ReadInt64LittleEndian(file));

    [Test]
    public void Lays_files_out_as_the_reference_does()
    {
        byte[] file = Write(
            [
                SafetensorsTensor.Raw<byte>("mask", SafetensorsType.Bool, [2], new byte[] { 1, 0 }),
                SafetensorsTensor.Floats("b", [2], () => new float[] { 1, 2 }),
                SafetensorsTensor.Floats("a", [1, 1], () => new float[] { 3 }, SafetensorsType.BF16),
                SafetensorsTensor.Floats("a\"é", [], () => new float[] { 4 }),
                SafetensorsTensor.Raw<long>("ids", SafetensorsType.I64, [1], new long[] { 5 }),
            ],
            new Dictionary<string, string> { ["format"] = "pt" });
        Assert.That(
            Header(file).TrimEnd(' '),
            Is.EqualTo(
                ("{'__metadata__':{'format':'pt'},'ids':{'dtype':'I64','shape':[1],'data_offsets':[0,8]},"
                + "'a\\'é':{'dtype':'F32','shape':[],'data_offsets':[8,12]},'b':{'dtype':'F32','shape':[2],'data_offsets':[12,20]},"
                + "'a':{'dtype':'BF16','shape':[1,1],'data_offsets':[20,22]},'mask':{'dtype':'BOOL','shape':[2],'data_offsets':[22,24]}}")
                .Replace('\'', '"')));
        Assert.That(BinaryPrimitives.ReadInt64LittleEndian(file) % 8, Is.Zero);
        Assert.That(file[^24..], Is.EqualTo(new byte[]
        {
            5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x40, 0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 0x40, 0x40, 1, 0,
        }));
    }

    [Test]
    public void Any_tensors_survive_by_file_and_by_stream()
    {
        var tensor =
            from name in ArbMap.Default.GeneratorFor<string>()
                .Where(name => name is not null && name != "__metadata__" && !name.Any(char.IsSurrogate))
            from shape in Gen.Choose(0, 4).Select(size => (long)size).ArrayOf(3)
            from type in Gen.Elements(SafetensorsType.F32, SafetensorsType.F16, SafetensorsType.BF16)
            select (Name: name, Shape: shape, Type: type);
        int files = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(tensor.ArrayOf().ToArbitrary(), list =>
        {
            var tensors = list.DistinctBy(entry => entry.Name)
                .Select(entry =>
                    (entry.Name, entry.Shape, entry.Type, Values: Values(entry.Name, entry.Shape[0] * entry.Shape[1] * entry.Shape[2])))
                .ToArray();
            byte[] bytes =
                Write(tensors.Select(entry => SafetensorsTensor.Floats(entry.Name, entry.Shape, () => entry.Values, entry.Type)));
            using SafetensorsFile file = SafetensorsFile.Open(_folder.Write($"any{files++}", bytes));
            var reader = new SafetensorsReader(new OneByteStream(bytes), "stream");
            Assert.That(file.Entries, Has.Count.EqualTo(tensors.Length));
            while (reader.Next() is { } entry)
            {
                float[] expected = tensors.Single(candidate => candidate.Name == entry.Name).Values;
                float[] streamed = new float[entry.Count];
                if (expected.Length != 3)
                    reader.ReadFloats(streamed);
                float[] mapped = new float[entry.Count];
                file.ReadFloats(entry.Name, mapped);
                Assert.That(mapped, Is.EqualTo(expected));
                Assert.That(streamed, Is.EqualTo(expected.Length != 3 ? expected : new float[3]));
            }
        }));
    }

    /// <summary>Numbers that all three types hold exactly.</summary>
    private static float[] Values(string name, long count) =>
        [.. Enumerable.Range(0, (int)count).Select(i => (i + name.Length) % 128 / 4f)];

    [Test]
    public void Doubles_are_read_as_floats_and_integers_refused()
    {
        string path = _folder.Write("numbers", Write(
        [
            SafetensorsTensor.Raw<double>("double", SafetensorsType.F64, [2], new[] { 0.1, -1e300 }),
            SafetensorsTensor.Raw<int>("int", SafetensorsType.I32, [1], new[] { 1 }),
        ]));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        float[] read = new float[2];
        file.ReadFloats("double", read);
        Assert.That(read, Is.EqualTo(new[] { 0.1f, float.NegativeInfinity }));
        Assert.That(() => file.ReadFloats("int", new float[1]), Throws.TypeOf<InvalidDataException>().With.Message.Contains("int I32 [1]"));
        Assert.That(
            () => file.ReadFloats("double", new float[3]),
            Throws.ArgumentException.With.Message.Contains("2 elements").And.Message.Contains('3'));
        Assert.That(() => file.ReadFloats("none", read), Throws.TypeOf<InvalidDataException>().With.Message.Contains("'none'"));
        Assert.That(file.Bytes(file.Find("int")!, 0, 4).ToArray(), Is.EqualTo(new byte[] { 1, 0, 0, 0 }));
        Assert.That(() => file.Bytes(file.Find("int")!, 1, 4).ToArray(), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [TestCase(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}",
        4, "lists 'a' twice")]
    [TestCase(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}",
        6, "'b' at byte 2 overlaps")]
    [TestCase(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}",
        12, "'b' at byte 8 leaves a hole")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "leaves a hole")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "has 8 bytes, but its offsets 0 and 4 span 4")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "span -4")]
    [TestCase("{\"a\":{\"dtype\":\"F8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4, "unknown type 'F8'")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "at least 0")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}", 4, "at least 0")]
    [TestCase(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4611686018427387904],\"data_offsets\":[0,0]}}", 0, "impossible shape")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,8]}}", 4, "two data_offsets")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "needs dtype")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"more\":1}}", 4, "unexpected property 'more'")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 3, "truncated")]
    [TestCase("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 5, "too long")]
    [TestCase("{\"__metadata__\":{\"a\":1}}", 0, "String was expected")]
    [TestCase("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "twice")]
    [TestCase("{\"a\":3}", 0, "StartObject was expected")]
    [TestCase("{} {}", 0, "damaged")]
    [TestCase("{,}", 0, "damaged")]
    [TestCase("[1]", 0, "does not begin with '{'")]
    public void Damaged_files_are_refused(string header, int dataBytes, string message)
    {
        byte[] bytes = Raw(header, dataBytes);
        string path = _folder.Write("damaged", bytes);
        Assert.That(
            () => SafetensorsFile.Open(path),
            Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path).And.Message.Contains(message));
        Assert.That(
            () => ReadAll(bytes), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("stream").And.Message.Contains(message));
    }

    [TestCase(200_000_000)]
    [TestCase(-1)]
    [TestCase(90_000_000)]
    [TestCase(0)]
    public void Wrong_header_lengths_are_refused(long length)
    {
        byte[] bytes = Raw("{}", length: length);
        Assert.That(() => SafetensorsFile.Open(_folder.Write("length", bytes)), Throws.TypeOf<InvalidDataException>());
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => ReadAll(bytes), Throws.TypeOf<InvalidDataException>());
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void Every_truncation_and_random_change_is_refused_or_harmless()
    {
        byte[] whole = Write(
        [
            SafetensorsTensor.Floats("w", [3, 2], () => new float[6]),
            SafetensorsTensor.Floats("h", [5], () => new float[5], SafetensorsType.F16),
        ]);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.That(() => SafetensorsFile.Open(_folder.Write("cut", whole[..length])), Throws.TypeOf<InvalidDataException>());
            Assert.That(() => ReadAll(whole[..length]), Throws.TypeOf<InvalidDataException>());
        }

        var random = new Random(9);
        for (int i = 0; i < 3000; i++)
        {
            byte[] changed = [.. whole];
            changed[random.Next(whole.Length)] = (byte)random.Next(256);
            try
            {
                ReadAll(changed);
            }
            catch (InvalidDataException exception)
            {
                Assert.That(exception.Message, Does.StartWith("stream"));
            }
        }
    }

    [Test]
    public void Writer_refuses_what_no_reader_would_take()
    {
        SafetensorsTensor one = SafetensorsTensor.Floats("a", [1], () => new float[1]);
        Assert.That(() => Write([one, one]), Throws.ArgumentException.With.Message.Contains("'a'"));
        Assert.That(
            () => Write([SafetensorsTensor.Floats("a", [2], () => new float[1])]),
            Throws.InvalidOperationException.With.Message.Contains("8 bytes"));
        Assert.That(() => SafetensorsTensor.Floats("__metadata__", [1], () => new float[1]), Throws.ArgumentException);
        Assert.That(() => SafetensorsTensor.Floats("a", [-1], () => new float[1]), Throws.ArgumentException);
        Assert.That(() => SafetensorsTensor.Floats("a", [1], () => new float[1], SafetensorsType.I64), Throws.ArgumentException);
    }

    [Test]
    public void Reader_is_used_tensor_by_tensor()
    {
        byte[] file = Write([SafetensorsTensor.Floats("a", [1], () => new float[] { 7 })]);
        var reader = new SafetensorsReader(new MemoryStream(file), "stream");
        Assert.That(() => reader.ReadFloats(new float[1]), Throws.InvalidOperationException);
        Assert.That(reader.Next()!.ToString(), Is.EqualTo("a F32 [1]"));
        Assert.That(() => reader.ReadFloats(new float[2]), Throws.ArgumentException);
        float[] value = new float[1];
        reader.ReadFloats(value);
        Assert.That(value[0], Is.EqualTo(7));
        Assert.That(() => reader.ReadFloats(value), Throws.InvalidOperationException);
        Assert.That(reader.Next(), Is.Null);
    }

    private static void ReadAll(byte[] bytes)
    {
        var reader = new SafetensorsReader(new OneByteStream(bytes), "stream");
        while (reader.Next() is { } entry)
        {
            if (entry.ByteLength > bytes.Length)
                continue;
            byte[] data = new byte[entry.ByteLength];
            reader.ReadBytes(data);
        }
    }

    /// <summary>A stream that cannot seek and gives a byte at a time, as networks may.</summary>
    private sealed class OneByteStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
