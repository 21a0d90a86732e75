using Tef.Core.Data;

namespace Tef.Tests.Core.Data;

public sealed class TokenBatchesTests
{
    /// <summary>A text in which every token is its own position.</summary>
    private static MemoryTokenSource Counting(int count)
    {
        var source = new MemoryTokenSource(count);
        source.Add([.. Enumerable.Range(0, count)], count);
        return source;
    }

    private static (int[] Inputs, int[] Targets) Read(TokenBatches batches, long step)
    {
        TokenBatch batch = batches.Read(step);
        return (Array.ConvertAll(batch.Inputs, id => (int)id), Array.ConvertAll(batch.Targets, id => (int)id));
    }

    [TestCase(1000, 10, 4)]
    [TestCase(1007, 10, 3)]
    [TestCase(33, 32, 2)]
    [TestCase(70_001, 7, 5)]
    public void An_epoch_reads_each_token_at_most_once_and_all_whole_blocks(int count, int length, int rows)
    {
        var batches = new TokenBatches(Counting(count), length, rows, seed: 7);
        Assert.That(batches.BlocksPerEpoch, Is.EqualTo(count / length));
        for (int epoch = 0; epoch < 3; epoch++)
        {
            var seen = new HashSet<int>();
            for (long block = epoch * batches.BlocksPerEpoch; block < (epoch + 1) * batches.BlocksPerEpoch; block++)
            {
                (int[] inputs, int[] targets) = Read(batches, block / rows);
                int row = (int)(block % rows) * length;
                for (int i = row; i < row + length; i++)
                {
                    Assert.That(seen.Add(inputs[i]), Is.True);
                    Assert.That(targets[i], Is.EqualTo((inputs[i] + 1) % count));
                    if (i > row)
                        Assert.That(inputs[i], Is.EqualTo(targets[i - 1]));
                }
            }

            Assert.That(seen, Has.Count.EqualTo(count / length * length));
        }
    }

    [Test]
    public void Batches_are_a_function_of_seed_and_step()
    {
        MemoryTokenSource source = Counting(5000);
        var batches = new TokenBatches(source, 16, 4, seed: 1);
        int[][] forwards = [.. Enumerable.Range(0, 200).Select(step => Read(batches, step).Inputs)];
        Parallel.For(0, 200, step =>
            Assert.That(Read(new TokenBatches(source, 16, 4, seed: 1), step).Inputs, Is.EqualTo(forwards[step])));
        Assert.That(Read(new TokenBatches(source, 16, 4, seed: 2), 0).Inputs, Is.Not.EqualTo(forwards[0]));
    }

    [Test]
    public void Epochs_have_another_order_and_other_borders()
    {
        var batches = new TokenBatches(Counting(1000), 10, 1, seed: 3);
        int[] first = [.. Enumerable.Range(0, 100).Select(step => Read(batches, step).Inputs[0])];
        int[] second = [.. Enumerable.Range(100, 100).Select(step => Read(batches, step).Inputs[0])];
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That(second[0] % 10, Is.Not.EqualTo(first[0] % 10));
        Assert.That(first.Zip(first.Skip(1)).Count(pair => pair.Second == (pair.First + 10) % 1000), Is.LessThan(10));
    }

    [Test]
    public void Counts_epochs()
    {
        var batches = new TokenBatches(Counting(1000), 10, 3, seed: 3);
        Assert.That(batches.BatchesPerEpoch, Is.EqualTo(34));
        Assert.That(batches.EpochAt(100), Is.EqualTo(3));
        Assert.That(batches.TokensAt(100), Is.EqualTo(3000));
    }

    [Test]
    public void Names_both_lengths_of_a_short_text()
    {
        Assert.That(
            () => new TokenBatches(Counting(32), 32, 1, seed: 0),
            Throws.ArgumentException.With.Message.Contains("32 tokens").And.Message.Contains("at least 33"));
    }

    [Test]
    public void Blocks_overlap_by_length_less_stride()
    {
        var batches = new TokenBatches(Counting(1000), 10, 5, seed: 3, new PackingOptions { Stride = 4 });
        Assert.That(batches.BlocksPerEpoch, Is.EqualTo(250));
        int[] starts = [.. Enumerable.Range(0, 50).SelectMany(step => Read(batches, step).Inputs.Chunk(10)).Select(block => block[0])];
        Assert.That(starts.Select(start => start % 4).Distinct().Count(), Is.EqualTo(1));
        Assert.That(starts, Is.Unique);
        Assert.That(
            () => new TokenBatches(Counting(1000), 10, 5, seed: 3, new PackingOptions { Stride = 11 }),
            Throws.InstanceOf<ArgumentException>().With.Message.Contains("Stride must be between 0 and 10, but is 11"));
    }

    [Test]
    public void Separate_documents_are_runs_that_begin_with_the_end_of_text()
    {
        var source = new MemoryTokenSource(10, endOfText: 0);
        source.Add([0, 1, 2, 0, 3, 0, 4, 5, 6, 0], 1);
        TokenBatch whole = new(1, 9);
        new long[] { 0, 1, 2, 0, 3, 0, 4, 5, 6 }.CopyTo(whole.Inputs, 0);
        whole.Separate(endOfText: 0, restartPositions: true);
        Assert.That(whole.Runs, Is.EqualTo(new[] { 0, 3, 5, 9 }));
        Assert.That(whole.Positions, Is.EqualTo(new long[] { 0, 1, 2, 0, 1, 0, 1, 2, 3 }));

        var batches = new TokenBatches(source, 4, 3, seed: 1, new PackingOptions { SeparateDocuments = true, RestartPositions = false });
        TokenBatch batch = batches.Read(0);
        Assert.That(batch.Positions, Is.Null);
        int[] expected = [.. Enumerable.Range(0, 12).Where(i => i % 4 == 0 || batch.Inputs[i] == 0), 12];
        Assert.That(batch.Runs, Is.EqualTo(expected));
    }

    [Test]
    public void Documents_need_a_known_end_of_text([Values] PackingMode mode)
    {
        var packing = new PackingOptions { Mode = mode, SeparateDocuments = true };
        Assert.That(
            () => packing.CreateBatches(Counting(100), 8, 2, seed: 1), Throws.ArgumentException.With.Message.Contains("end-of-text token"));
    }
}
