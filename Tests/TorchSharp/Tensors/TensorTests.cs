using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tef.Tests.Tensors;

public class TensorTests
{
    private DisposeScope scope = null!;

    [SetUp]
    public void Open() => scope = NewDisposeScope();

    [TearDown]
    public void Close() => scope.Dispose();

    [Test]
    public void Factories_make_what_they_say()
    {
        Assert.That(Longs(arange(5)), Is.EqualTo(new long[] { 0, 1, 2, 3, 4 }));
        Assert.That(Longs(arange(7, 1, -2)), Is.EqualTo(new long[] { 7, 5, 3 }));
        Assert.That(Floats(arange(0, 1, 0.25)), Is.EqualTo(new[] { 0, 0.25f, 0.5f, 0.75f }));
        Assert.That(Floats(linspace(0, 1, 3)), Is.EqualTo(new[] { 0, 0.5f, 1 }));
        Assert.That(Floats(eye(2)), Is.EqualTo(new float[] { 1, 0, 0, 1 }));
        Assert.That(Floats(full(2, 2, 7)), Is.All.EqualTo(7));
        Assert.That(full(2, 7).dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That(zeros(2, 0, 3).numel(), Is.Zero);
        Assert.That(tensor(1.5).dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That(Longs(tensor(new long[,] { { 1, 2 }, { 3, 4 } }).t()), Is.EqualTo(new long[] { 1, 3, 2, 4 }));
        Assert.That(Floats(from_array(new float[,,] { { { 1 }, { 2 } } })), Is.EqualTo(new float[] { 1, 2 }));
        Assert.That(Floats(ones(3, 3).tril()), Is.EqualTo(new float[] { 1, 0, 0, 1, 1, 0, 1, 1, 1 }));
        Assert.That(tensor(new[] { true, false }).dtype, Is.EqualTo(ScalarType.Bool));
        Assert.That(() => tensor(new float[3], [2, 2]), Throws.ArgumentException);
        Assert.That(() => zeros(2, device: "cuda"), Throws.InstanceOf<NotSupportedException>().With.Message.Contains("cuda"));
    }

    [Test]
    public void Types_promote_as_in_PyTorch()
    {
        Tensor longs = arange(3), floats = ones(3), bools = floats > 0, number = tensor(2L), real = tensor(2.5f);
        Assert.That((longs + floats).dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That((longs + 1.5).dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That((longs + 1).dtype, Is.EqualTo(ScalarType.Int64));
        Assert.That((longs.@int() + number).dtype, Is.EqualTo(ScalarType.Int32));
        Assert.That((longs + real).dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That((floats + ones(1, ScalarType.Float64)).dtype, Is.EqualTo(ScalarType.Float64));
        Assert.That((floats + tensor(1.0, ScalarType.Float64)).dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That((bools + 1).dtype, Is.EqualTo(ScalarType.Int64));
        Assert.That((longs / longs).dtype, Is.EqualTo(ScalarType.Float32));
        Assert.That((bools + bools).data<bool>().ToArray(), Is.All.True);
        Assert.That(bools.sum().dtype, Is.EqualTo(ScalarType.Int64));
        Assert.That(() => longs.add_(0.5), Throws.InvalidOperationException);
        Assert.That(() => longs.mean(), Throws.InvalidOperationException.With.Message.Contains("Int64"));
    }

    [Test]
    public void Integers_divide_towards_below_or_zero()
    {
        Tensor a = tensor(new long[] { 7, -7, 7, -7 }), b = tensor(new long[] { 2, 2, -2, -2 });
        Assert.That(Longs(a.floor_divide(b)), Is.EqualTo(new long[] { 3, -4, -4, 3 }));
        Assert.That(Longs(a.div(b, RoundingMode.trunc)), Is.EqualTo(new long[] { 3, -3, -3, 3 }));
        Assert.That(Longs(a % b), Is.EqualTo(new long[] { 1, 1, -1, -1 }));
        Assert.That(Longs(a.pow(2)), Is.EqualTo(new long[] { 49, 49, 49, 49 }));
        Assert.That(Longs(tensor(new long[] { 6, 5 }) & tensor(new long[] { 3, 3 })), Is.EqualTo(new long[] { 2, 1 }));
    }

    [Test]
    public void Indices_follow_Python()
    {
        Tensor x = arange(24).view(2, 3, 4);
        Assert.That(Longs(x[1, 2]), Is.EqualTo(new long[] { 20, 21, 22, 23 }));
        Assert.That(x[-1, -1, -1].item<long>(), Is.EqualTo(23));
        Assert.That(x[TensorIndex.Colon, TensorIndex.Slice(1), TensorIndex.Single(0)].shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(x[.., 1..3, ^1].shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(x[TensorIndex.Ellipsis, 0].shape, Is.EqualTo(new long[] { 2, 3 }));
        Assert.That(x[TensorIndex.None, 0].shape, Is.EqualTo(new long[] { 1, 3, 4 }));
        Tensor picked = x[TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 2, 0 })), TensorIndex.Tensor(
            tensor(new long[] { 1, -1 }))];
        Assert.That(Longs(picked), Is.EqualTo(new long[] { 9, 3, 21, 15 }));
        Tensor apart = x[TensorIndex.Tensor(
            tensor(new long[] { 1, 0 })), TensorIndex.Colon, TensorIndex.Tensor(tensor(new long[] { 0, 3 }))];
        Assert.That(Longs(apart), Is.EqualTo(new long[] { 12, 16, 20, 3, 7, 11 }));
        x[0, 0] = tensor(-1L);
        Assert.That(Longs(x[0, 0]), Is.All.EqualTo(-1));
        x.index_put_(0, TensorIndex.Tensor(x < 0));
        Assert.That(x.min().item<long>(), Is.Zero);
        Assert.That(() => x[2], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => x[0, 0, 0, 0], Throws.ArgumentException);
        Assert.That(() => x[TensorIndex.Tensor(tensor(new long[] { 5 }))], Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Views_share_memory_and_copies_do_not()
    {
        Tensor x = zeros(2, 3), view = x.t()[1], copy = x.clone();
        view.fill_(5);
        Assert.That(Floats(x), Is.EqualTo(new float[] { 0, 5, 0, 0, 5, 0 }));
        Assert.That(Floats(copy), Is.All.Zero);
        x.t().add_(x.t());
        Assert.That(x[0, 1].item<float>(), Is.EqualTo(10));
        Assert.That(() => x.t().view(6), Throws.InvalidOperationException.With.Message.Contains("reshape"));
        Assert.That(() => x.view(4, -1), Throws.ArgumentException);
        Tensor square = arange(4).view(2, 2);
        square.add_(square.t());
        Assert.That(Longs(square), Is.EqualTo(new long[] { 0, 3, 3, 6 }));
    }

    [Test]
    public void Errors_name_what_was_found()
    {
        Assert.That(() => ones(2, 3) + ones(4), Throws.ArgumentException.With.Message.Contains("[2, 3]").And.Message.Contains("[4]"));
        Assert.That(() => ones(2, 3).mm(ones(2, 3)), Throws.ArgumentException);
        Assert.That(() => ones(2).transpose(0, 2), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => cat([ones(2, 3), ones(2, 4)]), Throws.ArgumentException);
        Assert.That(() => ones(3).item<float>(), Throws.InvalidOperationException);
        Assert.That(() => ones(1).item<long>(), Throws.ArgumentException.With.Message.Contains("Float32"));
        Assert.That(() => ones(2, 3).gather(1, tensor(new long[,] { { 3 } })), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => functional.cross_entropy(ones(1, 3), tensor(new long[] { 3 })), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => functional.Embed(tensor(new long[] { 3 }), ones(3, 2)), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => functional.layer_norm(ones(2, 3), [4]), Throws.ArgumentException);
        Assert.That(() => ones(2, dtype: ScalarType.Float16), Throws.InstanceOf<NotSupportedException>());
    }

    [Test]
    public void Random_numbers_are_a_function_of_the_seed()
    {
        manual_seed(3);
        Tensor a = randn(1000), b = randn(1000);
        manual_seed(3);
        Assert.That(Floats(randn(1000)), Is.EqualTo(Floats(a)));
        Assert.That(Floats(a), Is.Not.EqualTo(Floats(b)));
        using var own = new Generator(3);
        Assert.That(Floats(randn(1000, generator: own)), Is.EqualTo(Floats(a)));
        Tensor state = own.get_state();
        Tensor c = rand(5, generator: own);
        own.set_state(state);
        Assert.That(Floats(rand(5, generator: own)), Is.EqualTo(Floats(c)));
        Assert.That(a.mean().item<float>(), Is.Zero.Within(0.1));
        Assert.That(a.std().item<float>(), Is.EqualTo(1).Within(0.1));
        Assert.That(Longs(randperm(50)).Order(), Is.EqualTo(Enumerable.Range(0, 50)));
        Tensor dice = randint(1, 7, [600], ScalarType.Int64);
        Assert.That((dice.min().item<long>(), dice.max().item<long>()), Is.EqualTo((1L, 6L)));
        Tensor drawn = tensor(new[] { 0f, 1, 3, 0 }).multinomial(4000, replacement: true);
        Assert.That(Longs(drawn).Count(i => i == 2), Is.EqualTo(3000).Within(150));
        Assert.That(Longs(tensor(new[] { 0f, 1, 3, 2 }).multinomial(3)).Order(), Is.EqualTo(new long[] { 1, 2, 3 }));
    }

    [Test]
    public void Elements_are_read_and_written()
    {
        Tensor x = arange(6).view(2, 3).t();
        var data = x.data<long>();
        Assert.That((data.Count, data[2, 1], data[1]), Is.EqualTo((6L, 5L, 3L)));
        data[0, 1] = 9;
        Assert.That(data.ToArray(), Is.EqualTo(new long[] { 0, 9, 1, 4, 2, 5 }));
        data.CopyFrom(new long[] { 1, 2, 3, 4, 5, 6 });
        Assert.That(x[2, 1].item<long>(), Is.EqualTo(6));
        Assert.That((float)tensor(2.5f), Is.EqualTo(2.5f));
        Assert.That(tensor(3L).ToInt32(), Is.EqualTo(3));
        Assert.That(() => data[3, 0], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(ones(2).bytes.Length, Is.EqualTo(8));
    }

    [Test]
    public void Tensors_print()
    {
        Assert.That(ones(2, 3).ToString(), Is.EqualTo("[2, 3], type = Float32, device = cpu"));
        Assert.That(
            tensor(new[,] { { 1f, 2.5f }, { 3f, 4f } }).ToString(TensorStringStyle.Numpy, newLine: "\n"), Is.EqualTo("[[1 2.5]\n [3 4]]"));
        Assert.That(arange(20).ToString(TensorStringStyle.Default), Is.EqualTo("[0 1 2 ... 17 18 19]"));
    }

    private static float[] Floats(Tensor tensor) => tensor.data<float>().ToArray();

    private static long[] Longs(Tensor tensor) => tensor.data<long>().ToArray();
}
