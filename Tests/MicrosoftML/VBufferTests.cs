using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.Data;

namespace Tef.Tests.MicrosoftML;

/// <summary>A vector is an array of optional items: dense if all are there.</summary>
public sealed class VBufferTests
{
    [Test]
    public void ItemsAreThoseOfTheArray() => Check((items, _) =>
    {
        VBuffer<int> vector = Vector(items);
        int[] dense = Dense(items);
        int[] copied = new int[items.Length + 2];
        Array.Fill(copied, -7);
        vector.CopyTo(copied.AsSpan(), 1, -1);
        return vector.Length == items.Length
            && vector.IsDense == items.All(item => item is not null)
            && vector.DenseValues().SequenceEqual(dense)
            && vector.Items(all: true).Select(pair => pair.Value).SequenceEqual(dense)
            && vector.Items(all: true).Select(pair => pair.Key).SequenceEqual(Enumerable.Range(0, items.Length))
            && vector.Items().All(pair => items[pair.Key] == pair.Value)
            && vector.Items().Count() == items.Count(item => item is not null)
            && Enumerable.Range(0, items.Length).All(i => vector.GetItemOrDefault(i) == dense[i])
            && copied.SequenceEqual([-7, .. items.Select(item => item ?? -1), -7]);
    });

    [Test]
    public void CopiesAreEqualAndOwn() => Check((items, other) =>
    {
        VBuffer<int> vector = Vector(items);
        VBuffer<int> copy = Vector(other);
        vector.CopyTo(ref copy);
        VBuffer<int> dense = Vector(other);
        vector.CopyToDense(ref dense);
        bool equal = copy.DenseValues().SequenceEqual(Dense(items)) && copy.IsDense == vector.IsDense
            && dense.IsDense && dense.GetValues().SequenceEqual(Dense(items));
        VBufferEditor<int> editor = VBufferEditor.CreateFromBuffer(ref copy);
        editor.Values.Fill(99);
        return equal && vector.DenseValues().SequenceEqual(Dense(items));
    });

    [Test]
    public void PartsAreThoseOfTheArray() => Check((items, other) =>
    {
        for (int start = 0; start <= items.Length; start++)
        {
            for (int length = 0; start + length <= items.Length; length++)
            {
                VBuffer<int> part = Vector(other);
                Vector(items).CopyTo(ref part, start, length);
                if (!part.DenseValues().SequenceEqual(Dense(items).Skip(start).Take(length)))
                    return false;
            }
        }

        return true;
    });

    [Test]
    public void EditorReusesArraysThatAreLongEnough()
    {
        VBuffer<int> vector = new(4, [1, 2, 3, 4]);
        VBufferEditor<int> editor = VBufferEditor.Create(ref vector, 3);
        Assert.That(editor.CreatedNewValues, Is.False);
        editor.Values.Fill(5);
        vector = editor.CommitTruncated(3);
        Assert.That(vector.DenseValues(), Is.EqualTo(new[] { 5, 5, 5 }));

        editor = VBufferEditor.Create(ref vector, 100, valuesCount: 2, keepOldOnResize: true);
        Assert.That((editor.CreatedNewValues, editor.CreatedNewIndices), Is.EqualTo((false, true)));
        (editor.Indices[0], editor.Indices[1]) = (10, 90);
        vector = editor.CommitTruncated(1);
        Assert.That(vector.Items(), Is.EqualTo(new[] { KeyValuePair.Create(10, 5) }));

        editor = VBufferEditor.Create(ref vector, 10, keepOldOnResize: true);
        Assert.That(editor.CreatedNewValues, Is.True);
        Assert.That(editor.Values[..3].ToArray(), Is.EqualTo(new[] { 5, 5, 5 }));
    }

    [Test]
    public void EmptyVectorIsDense()
    {
        VBuffer<string> vector = default;
        Assert.Multiple(() =>
        {
            Assert.That(vector.IsDense, Is.True);
            Assert.That(vector.DenseValues(), Is.Empty);
            Assert.That(vector.GetValues().Length, Is.Zero);
            Assert.That(vector.ToString(), Is.EqualTo("Dense vector of size 0"));
            Assert.That(new VBuffer<int>(3, 1, [1], [2]).ToString(), Is.EqualTo("Sparse vector of size 3, 1 explicit values"));
        });
    }

    [Test]
    public void BadArgumentsAreErrors() => Assert.Multiple(() =>
    {
        Assert.That(
            () => new VBuffer<int>(3, [1, 2]),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("3 values expected, 2"));
        Assert.That(() => new VBuffer<int>(3, 4, [1, 2, 3, 4], []), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            () => new VBuffer<int>(3, 2, [1, 2], [0]), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("2 indices"));
        Assert.That(
            () => new VBuffer<int>(2, [1, 2]).GetItemOrDefault(2),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("Index 2"));
        Assert.That(() => new VBuffer<int>(2, [1, 2]).CopyTo(new int[1]), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    private static void Check(Func<int?[], int?[], bool> property) =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<int?[]>(), ArbMap.Default.ArbFor<int?[]>(), (items, other) => property(items ?? [], other ?? []))
            .QuickCheckThrowOnFailure();

    private static int[] Dense(int?[] items) => Array.ConvertAll(items, item => item ?? 0);

    private static VBuffer<int> Vector(int?[] items)
    {
        int[] indices = [.. Enumerable.Range(0, items.Length).Where(i => items[i] is not null)];
        int[] values = [.. indices.Select(i => items[i]!.Value)];

        // Arrays longer than needed hold what is no part of the vector.
        return new VBuffer<int>(items.Length, values.Length, [.. values, 12345], [.. indices, 54321]);
    }
}
