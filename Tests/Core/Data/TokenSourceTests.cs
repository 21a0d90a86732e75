using FsCheck;
using FsCheck.Fluent;
using Tef.Core.Data;

namespace Tef.Tests.Core.Data;

public sealed class TokenSourceTests
{
    private static readonly byte[] Hash = new byte[ContentHash.Size];

    private static int[] ReadAll(ITokenSource source)
    {
        int[] tokens = new int[source.Count];
        source.Read(0, tokens);
        return tokens;
    }

    [TestCase(300)]
    [TestCase(65_536)]
    [TestCase(65_537)]
    [TestCase(2_000_000)]
    public void Memory_and_file_give_back_what_was_added(int vocabulary)
    {
        using var folder = new TemporaryFolder();
        Gen<int[][]> documents = Gen.Choose(0, vocabulary - 1).ArrayOf().ArrayOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(documents.ToArbitrary(), texts =>
        {
            var memory = new MemoryTokenSource(vocabulary);
            using (var writer = new TokenCacheWriter(folder.File("cache"), vocabulary, Hash))
            {
                foreach (int[] text in texts)
                {
                    memory.Add(text, 2 * text.Length);
                    writer.Add(text, 2 * text.Length);
                }

                writer.Commit();
            }

            using TokenCacheFile file = TokenCacheFile.Open(folder.File("cache"));
            int[] all = [.. texts.SelectMany(text => text)];
            foreach (ITokenSource source in new ITokenSource[] { memory, file })
            {
                Assert.That(ReadAll(source), Is.EqualTo(all));
                Assert.That(source.TextBytes, Is.EqualTo(2 * all.Length));
                int[] part = new int[all.Length / 2];
                source.Read(all.Length / 3, part);
                Assert.That(part, Is.EqualTo(all.Skip(all.Length / 3).Take(part.Length)));
            }
        }));
    }

    [Test]
    public void Memory_reads_across_its_chunks()
    {
        var source = new MemoryTokenSource(1 << 20);
        for (int i = 0; i < 300; i++)
            source.Add([.. Enumerable.Range(i * 10_007, 10_007).Select(n => n % (1 << 20))], 0);
        int[] part = new int[2_500_000];
        source.Read(123_456, part);
        Assert.That(part.SequenceEqual(Enumerable.Range(123_456, part.Length).Select(n => n % (1 << 20))), Is.True);
    }

    [Test]
    public void Positions_and_ids_outside_are_errors()
    {
        var source = new MemoryTokenSource(10);
        Assert.That(
            () => source.Add([1, 10], 0),
            Throws.ArgumentException.With.Message.Contains("Token 10 at position 1").And.Message.Contains("10 ids"));
        Assert.That(() => source.Add([-1], 0), Throws.ArgumentException);
        Assert.That(source.Count, Is.Zero);
        source.Add([1, 2, 3], 0);
        var slice = new SliceTokenSource(source, 1, 2);
        Assert.That(ReadAll(slice), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(() => slice.Read(1, new int[2]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => source.Read(long.MaxValue, new int[2]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => source.Read(-1, new int[1]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => new SliceTokenSource(source, 2, 2), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Split_cuts_behind_a_document()
    {
        var source = new MemoryTokenSource(10);
        source.Add([1, 2, 0, 3, 4, 0, 5, 6, 7, 0], 0);
        (ITokenSource training, ITokenSource validation) = TokenSplit.Tail(source, 0.2, endOfText: 0);
        Assert.That(ReadAll(training), Is.EqualTo(new[] { 1, 2, 0, 3, 4, 0 }));
        Assert.That(ReadAll(validation), Is.EqualTo(new[] { 5, 6, 7, 0 }));
        (training, validation) = TokenSplit.Tail(source, 0.2);
        Assert.That((training.Count, validation.Count), Is.EqualTo((8, 2)));
        Assert.That(() => TokenSplit.Tail(source, 0.01), Throws.ArgumentException.With.Message.Contains("empty"));
        Assert.That(() => TokenSplit.Tail(source, 1.5), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Cache_is_rebuilt_when_text_or_tokenizer_change()
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("text.txt", "abc");
        int builds = 0;
        long Open(string tokenizer, int vocabulary = 10)
        {
            using var hash = new ContentHash();
            using TokenCacheFile cache = TokenCacheFile.OpenOrBuild(
                folder.File("cache"), vocabulary, hash.AddFile(text).Add(tokenizer).ToArray(), writer => writer.Add([1, 2, ++builds], 3));
            return cache.Count;
        }

        Assert.That(Open("a"), Is.EqualTo(3));
        Open("a");
        Assert.That(builds, Is.EqualTo(1));
        Open("b");
        Assert.That(builds, Is.EqualTo(2));
        File.AppendAllText(text, "d");
        Open("b");
        Assert.That(builds, Is.EqualTo(3));
        Open("b", vocabulary: 11);
        Assert.That(builds, Is.EqualTo(4));
    }

    [Test]
    public void Failed_build_leaves_the_old_cache()
    {
        using var folder = new TemporaryFolder();
        using (TokenCacheFile.OpenOrBuild(folder.File("cache"), 10, Hash, writer => writer.Add([1], 1)))
        {
        }

        byte[] other = [1, .. Hash[1..]];
        Assert.That(
            () => TokenCacheFile.OpenOrBuild(folder.File("cache"), 10, other, _ => throw new InvalidDataException("no text")),
            Throws.TypeOf<InvalidDataException>());
        using TokenCacheFile old = TokenCacheFile.Open(folder.File("cache"));
        Assert.That(ReadAll(old), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Any_damage_to_a_cache_is_noticed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("cache");
        using (TokenCacheFile.OpenOrBuild(path, 1000, Hash, writer => writer.Add([.. Enumerable.Range(0, 100)], 1)))
        {
        }

        byte[] whole = File.ReadAllBytes(path);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(path, damaged);
            Assert.That(() => TokenCacheFile.Open(path), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path), $"byte {i}");
        }

        foreach (int length in new[] { 0, 7, 50, 136, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.That(
                () => TokenCacheFile.Open(path), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path), $"{length} bytes");
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.That(() => TokenCacheFile.Open(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("damaged"));
        whole[8] = 9;
        File.WriteAllBytes(path, whole);
        Assert.That(() => TokenCacheFile.Open(path), Throws.TypeOf<InvalidDataException>().With.Message.Contains("version 9"));
        Assert.That(() => TokenCacheFile.Open(folder.File("none")), Throws.TypeOf<FileNotFoundException>());
    }

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(100)]
    [TestCase(141)]
    [TestCase(142)]
    public void Damaged_cache_is_made_anew_with_a_warning(int length)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("cache");
        var logger = new CollectedLog();
        int builds = 0;
        int[] Open()
        {
            using TokenCacheFile cache = TokenCacheFile.OpenOrBuild(
                path, 10, Hash, writer => writer.Add([1, 2, ++builds], 3), endOfText: null, logger);
            return ReadAll(cache);
        }

        Assert.That(Open(), Is.EqualTo(new[] { 1, 2, 1 }));
        byte[] bytes = File.ReadAllBytes(path);
        if (length == bytes.Length)
            bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes[..length]);
        Assert.That(Open(), Is.EqualTo(new[] { 1, 2, 2 }));
        Assert.That(logger.Lines.Single(), Does.StartWith($"Warning: {path}").And.Contain("damaged").And.Contain("made anew"));
        Assert.That(Open(), Is.EqualTo(new[] { 1, 2, 2 }));
        Assert.That(logger.Lines, Has.Count.EqualTo(1));
    }

    [Test]
    public void Cache_of_another_version_is_made_anew()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("cache");
        var logger = new CollectedLog();
        void Open() => TokenCacheFile.OpenOrBuild(path, 10, Hash, writer => writer.Add([1], 3), endOfText: null, logger).Dispose();
        Open();
        byte[] bytes = File.ReadAllBytes(path);
        byte[] other = [.. bytes];
        other[8] = 9;
        File.WriteAllBytes(path, other);
        Open();
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(bytes));
        Assert.That(logger.Lines.Single(), Does.Contain("version 9"));
    }

    [Test]
    public void File_of_another_kind_is_not_written_over()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("cache", "my notes");
        Assert.That(
            () => TokenCacheFile.OpenOrBuild(path, 10, Hash, writer => writer.Add([1], 1)),
            Throws.TypeOf<InvalidDataException>().With.Message.StartsWith(path).And.Message.Contains("not a token cache"));
        Assert.That(File.ReadAllText(path), Is.EqualTo("my notes"));
    }

    [Test]
    public void Split_caches_are_made_anew_together()
    {
        using var folder = new TemporaryFolder();
        var logger = new CollectedLog();
        int builds = 0;
        (int[], int[]) Open()
        {
            using var split = SplitTokens.OpenOrBuild(
                folder.Path,
                10,
                Hash,
                (training, validation) =>
                {
                    training.Add([1, ++builds], 0);
                    validation.Add([2, builds], 0);
                },
                endOfText: null,
                logger);
            return (ReadAll(split.Training), ReadAll(split.Validation));
        }

        Assert.That(Open(), Is.EqualTo((new[] { 1, 1 }, new[] { 2, 1 })));
        Assert.That(Open(), Is.EqualTo((new[] { 1, 1 }, new[] { 2, 1 })));
        Assert.That(logger.Lines, Is.Empty);
        foreach ((string name, int expected) in new[] { ("train.tokens", 2), ("valid.tokens", 3) })
        {
            File.WriteAllBytes(folder.File(name), File.ReadAllBytes(folder.File(name))[..^1]);
            Assert.That(Open(), Is.EqualTo((new[] { 1, expected }, new[] { 2, expected })));
            Assert.That(logger.Lines, Has.Count.EqualTo(expected - 1));
            Assert.That(logger.Lines[^1], Does.Contain(name));
        }

        File.Delete(folder.File("valid.tokens"));
        Assert.That(Open(), Is.EqualTo((new[] { 1, 4 }, new[] { 2, 4 })));
    }

    [Test]
    public void Closed_cache_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        TokenCacheFile cache = TokenCacheFile.OpenOrBuild(folder.File("cache"), 10, Hash, writer => writer.Add([1], 1));
        cache.Dispose();
        Assert.That(() => cache.Read(0, new int[1]), Throws.TypeOf<ObjectDisposedException>());
    }
}
