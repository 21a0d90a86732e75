using Tef.Core.Data;

namespace Tef.Tests.Core.Data;

public sealed class DocumentBatchesTests
{
    private const int EndOfText = 0;

    /// <summary>Documents of random lengths in which every token is its own place in the text.</summary>
    private static (MemoryTokenSource Source, List<int[]> Documents) Texts(int documents, int longest, int seed)
    {
        var random = new Random(seed);
        var source = new MemoryTokenSource(1 << 20, EndOfText);
        var texts = new List<int[]>();
        source.Add([EndOfText], 0);
        for (int document = 0; document < documents; document++)
        {
            int[] tokens = [.. Enumerable.Range((int)source.Count, random.Next(1, longest + 1))];
            texts.Add(tokens);
            source.Add(tokens, tokens.Length);
            source.Add([EndOfText], 0);
        }

        return (source, texts);
    }

    /// <summary>Inputs and targets of the rows of a batch without their padding.</summary>
    private static IEnumerable<(long[] Inputs, long[] Targets)> Rows(TokenBatch batch)
    {
        for (int row = 0; row < batch.Rows; row++)
        {
            long[] targets = [.. batch.Targets.AsSpan(row * batch.Length, batch.Length).ToArray().TakeWhile(id => id != TokenBatch.IgnoredTarget)];
            Assert.That(
                batch.Targets.AsSpan((row * batch.Length) + targets.Length, batch.Length - targets.Length).ToArray(),
                Is.All.EqualTo(TokenBatch.IgnoredTarget));
            yield return (batch.Inputs.AsSpan(row * batch.Length, targets.Length).ToArray(), targets);
        }
    }

    [Test]
    public void An_epoch_has_every_document_once([Values(1, 7, 64)] int rows, [Values] bool group)
    {
        (MemoryTokenSource source, List<int[]> documents) = Texts(500, longest: 20, seed: 3);
        var batches = new DocumentBatches(source, 32, rows, seed: 5, new PackingOptions { GroupByLength = group });
        Assert.That(batches.Pieces, Is.EqualTo(500));
        for (int epoch = 0; epoch < 2; epoch++)
        {
            var seen = new List<int[]>();
            for (long step = epoch * batches.BatchesPerEpoch; step < (epoch + 1) * batches.BatchesPerEpoch; step++)
            {
                TokenBatch batch = batches.Read(step);
                Assert.That(batch.Targets.Count(id => id == TokenBatch.IgnoredTarget), Is.EqualTo(batch.Padding));
                foreach ((long[] inputs, long[] targets) in Rows(batch))
                {
                    Assert.That(inputs[0], Is.EqualTo(EndOfText));
                    Assert.That(targets[^1], Is.EqualTo(EndOfText));
                    Assert.That(inputs.Skip(1), Is.EqualTo(targets.SkipLast(1)));
                    seen.Add(Array.ConvertAll(inputs[1..], id => (int)id));
                }
            }

            Assert.That(seen.OrderBy(tokens => tokens[0]), Is.EqualTo(documents));
            Assert.That(seen, Is.Not.EqualTo(documents));
        }

        Assert.That(batches.EpochAt(2 * batches.BatchesPerEpoch), Is.EqualTo(2));
        Assert.That(batches.TokensAt(2 * batches.BatchesPerEpoch), Is.EqualTo(2 * documents.Sum(document => document.Length + 1L)));
    }

    [TestCase(0, new[] { 8, 8, 5 })]
    [TestCase(5, new[] { 8, 8, 8, 6 })]
    [TestCase(1, new[] { 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8 })]
    public void Long_documents_come_in_pieces(int stride, int[] lengths)
    {
        var source = new MemoryTokenSource(100, EndOfText);
        source.Add([EndOfText, .. Enumerable.Range(1, 20), EndOfText], 20);
        var batches = new DocumentBatches(source, 8, 100, seed: 5, new PackingOptions { Stride = stride });
        (long[] Inputs, long[] Targets)[] rows = [.. Rows(batches.Read(0)).OrderBy(row => row.Inputs[0])];
        Assert.That(rows.Select(row => row.Inputs.Length), Is.EquivalentTo(lengths));
        Assert.That(rows.SelectMany(row => row.Targets).Distinct().Order(), Is.EqualTo(Enumerable.Range(0, 21)));
        Assert.That(rows.Select(row => row.Inputs[0]), Is.EqualTo(lengths.Select((_, piece) => (long)piece * (stride == 0 ? 8 : stride))));
    }

    [Test]
    public void Padding_is_a_run_of_its_own()
    {
        (MemoryTokenSource source, _) = Texts(50, longest: 20, seed: 3);
        TokenBatch batch = new DocumentBatches(source, 32, 8, seed: 5, new PackingOptions { GroupByLength = false }).Read(0);
        Assert.That(batch.Padding, Is.GreaterThan(0));
        Assert.That(batch.Runs![^1], Is.EqualTo(batch.Inputs.Length));
        foreach ((int first, int end) in batch.Runs.Zip(batch.Runs.Skip(1)))
        {
            Assert.That(first / batch.Length, Is.EqualTo((end - 1) / batch.Length), "no run spans two rows");
            Assert.That(
                batch.Targets.AsSpan(first, end - first).ToArray().Select(id => id == TokenBatch.IgnoredTarget).Distinct().Count(),
                Is.EqualTo(1),
                "no run mixes text and padding");
        }
    }

    [Test]
    public void Grouping_by_length_saves_padding()
    {
        (MemoryTokenSource source, _) = Texts(2000, longest: 60, seed: 3);
        int Padding(bool group)
        {
            var batches = new DocumentBatches(source, 64, 16, seed: 5, new PackingOptions { GroupByLength = group });
            return Enumerable.Range(0, (int)batches.BatchesPerEpoch).Sum(step => batches.Read(step).Padding);
        }

        Assert.That(Padding(group: true), Is.LessThan(Padding(group: false) / 10));
    }

    [Test]
    public void A_batch_is_a_function_of_its_step([Values] PackingMode mode, [Values(0, 1, 3)] int ahead)
    {
        (MemoryTokenSource source, _) = Texts(300, longest: 20, seed: 3);
        var packing = new PackingOptions { Mode = mode };
        ITokenBatches batches = packing.CreateBatches(source, 16, 4, seed: 9);
        long[][] expected = [.. Enumerable.Range(0, 200).Select(step => batches.Read(step).Inputs)];
        ITokenBatches others = packing.CreateBatches(source, 16, 4, seed: 9);
        Parallel.For(0, 200, step => Assert.That(others.Read(199 - step).Inputs, Is.EqualTo(expected[199 - step])));
        using var prefetched = new PrefetchedBatches(packing.CreateBatches(source, 16, 4, seed: 9), ahead);
        foreach (int step in Enumerable.Range(0, 40).Concat(Enumerable.Range(120, 40)).Concat([7, 3, 4]))
            Assert.That(prefetched.Read(step).Inputs, Is.EqualTo(expected[step]));
        Assert.That(packing.CreateBatches(source, 16, 4, seed: 8).Read(0).Inputs, Is.Not.EqualTo(expected[0]));
    }

    [Test]
    public void What_stops_the_worker_reaches_the_reader()
    {
        using var prefetched = new PrefetchedBatches(new Failing(), ahead: 2);
        Assert.That(prefetched.Read(0).Rows, Is.EqualTo(1));
        Assert.That(prefetched.Read(1).Rows, Is.EqualTo(1));
        Assert.That(() => prefetched.Read(2), Throws.TypeOf<IOException>().With.Message.EqualTo("gone"));
    }

    [Test]
    public void A_text_without_documents_is_an_error()
    {
        var source = new MemoryTokenSource(10, EndOfText);
        source.Add([EndOfText, EndOfText], 0);
        Assert.That(
            () => new DocumentBatches(source, 8, 4, seed: 1, new PackingOptions()),
            Throws.ArgumentException.With.Message.Contains("no document"));
    }

    private sealed class Failing : ITokenBatches
    {
        public long BatchesPerEpoch => 10;

        public double EpochAt(long step) => step / 10.0;

        public long TokensAt(long step) => step;

        public TokenBatch Read(long step) => step < 2 ? new TokenBatch(1, 1) : throw new IOException("gone");
    }
}
