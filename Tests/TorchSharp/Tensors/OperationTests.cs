using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Tests.Tensors;

/// <summary>Operations over random shapes, views, broadcasts and empty tensors, against loops over indices.</summary>
public class OperationTests
{
    private const int Rounds = 60;
    private DisposeScope scope = null!;

    [SetUp]
    public void Open()
    {
        manual_seed(11);
        scope = NewDisposeScope();
    }

    [TearDown]
    public void Close() => scope.Dispose();

    private static readonly ScalarType[] types = [ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.Int32];

    [Test]
    public void Views_copies_and_conversions()
    {
        var random = new RandomTensors(1);
        for (int round = 0; round < 4 * Rounds; round++)
        {
            var (tensor, naive) = random.Next(types[round % types.Length], views: 5);
            naive.Check(tensor, "view");
            naive.Check(tensor.contiguous(), "contiguous");
            Assert.That(tensor.contiguous().is_contiguous(), Is.True);
            naive.Check(tensor.clone(), "clone");
            naive.Map(Math.Truncate).Check(tensor.to_type(ScalarType.Int32), "to Int32");
            naive.Map(v => v != 0 ? 1 : 0).Check(tensor.to_type(ScalarType.Bool), "to Bool");
            naive.Check(tensor.to_type(ScalarType.BFloat16), "to BFloat16", 0.01);
            naive.Check(empty_like(tensor).copy_(tensor), "copy_");
        }
    }

    [Test]
    public void Arithmetic_broadcasts()
    {
        var random = new RandomTensors(2);
        for (int round = 0; round < 4 * Rounds; round++)
        {
            ScalarType type = types[round % types.Length];
            long[] shape = random.Shape();
            var (a, x) = random.Next(type, shape, views: 0);
            var (b, y) = random.Next(type, random.Partner(shape), views: 0);
            x.With(y, (p, q) => p + q).Check(a + b, "add");
            x.With(y, (p, q) => p - q).Check(a - b, "sub");
            x.With(y, (p, q) => p * q).Check(a * b, "mul");
            x.With(y, (p, q) => p / q).Check(a / b, "div", 1e-4);
            x.With(y, Math.Max).Check(a.maximum(b), "maximum");
            x.With(y, Math.Min).Check(a.minimum(b), "minimum");
            x.With(y, (p, q) => p < q ? 1 : 0).Check(a < b, "lt");
            x.With(y, (p, q) => p >= q ? 1 : 0).Check(a >= b, "ge");
            x.With(y, (p, q) => p == q ? 1 : 0).Check(a == b, "eq");
            x.With(y, (p, q) => p > 0 ? p : q).Check(where(a > 0, a, b), "where");
        }
    }

    [Test]
    public void Arithmetic_on_views()
    {
        var random = new RandomTensors(3);
        for (int round = 0; round < 2 * Rounds; round++)
        {
            var (a, x) = random.Next(types[round % types.Length], views: 4);
            var (b, y) = random.Next(a.dtype, x.Shape, views: 0);
            b = b.dim() > 1 ? b.transpose(0, 1).contiguous().transpose(0, 1) : b;
            x.With(y, (p, q) => p * q).Check(a * b, "mul");
            x.With(y, (p, q) => p + (2 * q)).Check(a.add(b, 2), "add with alpha");
            x.Map(p => 3 - p).Check(3 - a, "number minus tensor");
            x.Map(p => p * p).Check(a.square(), "square");
            x.With(y, (p, q) => p - q).Check(a.clone().sub_(b), "sub_");
            x.Map(p => -p).Check(a.clone().neg_(), "neg_");
        }
    }

    [Test]
    public void Functions_of_real_numbers()
    {
        var random = new RandomTensors(4);
        for (int round = 0; round < Rounds; round++)
        {
            var (a, x) = random.Next(round % 2 == 0 ? ScalarType.Float32 : ScalarType.Float64);
            x.Map(Math.Exp).Check(a.exp(), "exp");
            x.Map(Math.Tanh).Check(a.tanh(), "tanh");
            x.Map(v => 1 / (1 + Math.Exp(-v))).Check(a.sigmoid(), "sigmoid");
            x.Map(v => Math.Log(Math.Abs(v) + 1)).Check(a.abs().log1p(), "log1p");
            x.Map(v => Math.Sqrt(Math.Abs(v))).Check(a.abs().sqrt(), "sqrt");
            x.Map(v => Math.Max(v, 0)).Check(a.relu(), "relu");
            x.Map(v => v / (1 + Math.Exp(-v))).Check(a.silu(), "silu");
            x.Map(v => Math.Clamp(v, -0.5, 0.25)).Check(a.clamp(-0.5, 0.25), "clamp");
            x.Map(Math.Floor).Check(a.floor(), "floor");
            x.Map(Math.Round).Check(a.round(), "round");
            x.Map(v => Math.Pow(v, 3)).Check(a.pow(3), "pow", 1e-4);
            x.Map(Math.Cos).Check(a.cos(), "cos");
        }
    }

    [Test]
    public void The_error_function_is_exact()
    {
        // Abramowitz and Stegun, table 7.1, and the known tails.
        (double X, double Value)[] known =
            [(0, 0), (0.5, 0.5204998778), (1, 0.8427007929), (2, 0.9953222650),
            (2.5, 0.9995930480), (3, 0.9999779095), (-1, -0.8427007929), (9, 1)];
        foreach (var (x, value) in known)
            Assert.That(tensor(x, ScalarType.Float64).erf().item<double>(), Is.EqualTo(value).Within(1e-10), $"erf({x})");
    }

    [Test]
    public void Reductions_over_any_dimensions()
    {
        var random = new RandomTensors(5);
        for (int round = 0; round < 3 * Rounds; round++)
        {
            var (a, x) = random.Next(types[round % types.Length]);
            int[] dims = random.Dims(x.Shape.Length);
            int[] reduced = dims.Length == 0 ? [.. Enumerable.Range(0, x.Shape.Length)] : dims;
            long[] named = Array.ConvertAll(dims, d => (long)d - (random.Numbers.Next(2) == 0 ? x.Shape.Length : 0));
            x.Reduce(reduced, v => v.Sum()).Check(a.sum(named, keepdim: true), "sum", 1e-4);
            if (x.Shape.All(size => size > 0))
            {
                x.Reduce(reduced, v => v.Max()).Check(a.amax(named, keepdim: true), "amax");
                x.Reduce(reduced, v => v.Min()).Check(a.amin(named, keepdim: true), "amin");
                if (a.is_floating_point())
                    x.Reduce(reduced, v => v.Average()).Check(a.mean(named, keepdim: true), "mean", 1e-4);
            }
            if (x.Shape.Length == 0)
                continue;
            int dim = random.Numbers.Next(x.Shape.Length);
            x.Reduce([dim], v => v.Any(e => e > 0.5) ? 1 : 0).Check((a > 0.5).any(dim, keepdim: true), "any");
            x.Reduce([dim], v => v.All(e => e > 0.5) ? 1 : 0).Check((a > 0.5).all(dim, keepdim: true), "all");
            x.Reduce([dim], v => v.Aggregate(1.0, (p, q) => p * q)).Check(a.prod(dim, keepdim: true), "prod", 1e-3);
            if (x.Shape.Any(size => size == 0))
                continue;
            x.Reduce([dim], v => Array.IndexOf(v, v.Max())).Check(a.argmax(dim, keepdim: true), "argmax");
            x.Reduce([dim], v => v.Min()).Check(a.min(dim, keepdim: true).values, "min");
        }
    }

    [Test]
    public void Long_sums_use_all_threads_and_keep_their_digits()
    {
        Tensor big = rand([3, 70_001]), columns = big.t().contiguous();
        Naive naive = Naive.Of(big);
        naive.Reduce([1], v => v.Sum()).Check(big.sum(1, keepdim: true), "rows", 1e-6);
        naive.Reduce([1], v => v.Sum()).Permute([1, 0]).Check(columns.sum(0, keepdim: true), "columns", 1e-5);
        naive.Reduce([0, 1], v => v.Sum()).Check(big.sum([0, 1], keepdim: true), "all", 1e-6);
        naive.With(naive, (p, q) => (p * q) + 1).Check((big * big) + 1, "arithmetic");
        naive.Map(v => -v).Permute([1, 0]).Check(-big.t(), "of a transpose");
    }

    [Test]
    public void Running_sums_and_softmax_along_any_dimension()
    {
        var random = new RandomTensors(6);
        for (int round = 0; round < Rounds; round++)
        {
            var (a, x) = random.Next();
            if (x.Shape.Length == 0)
                continue;
            int dim = random.Numbers.Next(x.Shape.Length);
            new Naive(
                x.Shape, index => Enumerable.Range(0, (int)index[dim] + 1).Sum(i => x.At([.. index[..dim], i, .. index[(dim + 1)..]])))
                .Check(a.cumsum(dim), "cumsum");
            Naive exponents = x.Map(Math.Exp);
            exponents.With(exponents.Reduce([dim], v => v.Sum()), (p, q) => p / q).Check(a.softmax(dim), "softmax");
            x.With(exponents.Reduce([dim], v => Math.Log(v.Sum())), (p, q) => p - q).Check(a.log_softmax(dim), "log_softmax");
            if (x.Shape.All(size => size > 0))
                exponents.Reduce([dim], v => Math.Log(v.Sum())).Check(a.logsumexp(dim, keepdim: true), "logsumexp");
        }
    }

    [Test]
    public void Sorting_is_stable_both_ways()
    {
        var random = new RandomTensors(7);
        for (int round = 0; round < 2 * Rounds; round++)
        {
            ScalarType[] sortable = [.. types, ScalarType.Byte];
            var (a, x) = random.Next(sortable[round % sortable.Length]);
            if (x.Shape.Length == 0 || x.Shape.Any(size => size == 0))
                continue;
            int dim = random.Numbers.Next(x.Shape.Length);
            bool descending = round % 2 == 0;
            int[] Order(double[] v) => [.. Enumerable.Range(0, v.Length).OrderBy(i => descending ? -v[i] : v[i])];
            var ranked = new Naive(x.Shape, index => Order(Line(x, index, dim))[index[dim]]);
            var (values, indices) = a.sort(dim, descending, stable: true);
            ranked.Check(indices, "sort: indices");
            new Naive(x.Shape, index => Line(x, index, dim)[(int)ranked.At(index)]).Check(values, "sort: values");
            int k = (int)random.Numbers.NextInt64(x.Shape[dim] + 1);
            ranked.Slice(dim, 0, k, 1).Check(a.topk(k, dim, descending).indexes, "topk");
        }
    }

    [Test]
    public void Sorting_puts_nan_last_and_zeros_together()
    {
        Tensor x = tensor(new[] { 0f, float.NaN, -0f, float.PositiveInfinity, -1f, float.NegativeInfinity });
        Assert.That(x.argsort().data<long>().ToArray(), Is.EqualTo(new long[] { 5, 4, 0, 2, 3, 1 }));
        Assert.That(x.argsort(descending: true).data<long>().ToArray(), Is.EqualTo(new long[] { 1, 3, 0, 2, 4, 5 }));
    }

    [Test]
    public void Matrix_products()
    {
        var random = new RandomTensors(8);
        for (int round = 0; round < 2 * Rounds; round++)
        {
            ScalarType type = types[round % types.Length];
            long m = random.Numbers.Next(1, 9), k = random.Numbers.Next(1, 9), n = random.Numbers.Next(1, 9);
            long[] batch = random.Shape(2);
            long[] otherBatch = random.Partner(batch);
            var (a, x) = random.Next(type, round % 3 == 0 ? [.. batch, k, m] : [.. batch, m, k], views: 0);
            var (b, y) = random.Next(type, round % 2 == 0 ? [.. otherBatch, n, k] : [.. otherBatch, k, n], views: 0);
            if (round % 3 == 0)
                (a, x) = (a.transpose(-2, -1), Swap(x));
            if (round % 2 == 0)
                (b, y) = (b.transpose(-2, -1), Swap(y));
            Naive product = x.Unsqueeze(x.Shape.Length).With(y.Unsqueeze(y.Shape.Length - 2), (p, q) => p * q);
            int middle = product.Shape.Length - 2;
            Naive expected = product.Reduce([middle], v => v.Sum());
            expected = expected.Reshape([.. expected.Shape[..middle], expected.Shape[^1]]);
            expected.Check(a.matmul(b), "matmul", 1e-4);
        }
    }

    [Test]
    public void Gather_and_scatter()
    {
        var random = new RandomTensors(9);
        for (int round = 0; round < 2 * Rounds; round++)
        {
            var (a, x) = random.Next(types[round % types.Length]);
            if (x.Shape.Length == 0 || x.Shape.Any(size => size == 0))
                continue;
            int dim = random.Numbers.Next(x.Shape.Length);
            long[] walk = [.. x.Shape.Select(
                (size, d) => d == dim ? random.Numbers.NextInt64(1, 5) : random.Numbers.NextInt64(1, size + 1))];
            Tensor index = randint(0, x.Shape[dim], walk, ScalarType.Int64);
            Naive at = Naive.Of(index);
            Naive gathered = new(walk, i => x.At([.. i[..dim], (long)at.At(i), .. i[(dim + 1)..]]));
            gathered.Check(a.gather(dim, index), "gather");
            Tensor sums = a.clone().scatter_add_(dim, index, a.gather(dim, index));
            Naive counted = new(x.Shape, i => x.At(i) * (1 + Enumerable.Range(0, (int)walk[dim]).Count(r =>
                i.Select((v, d) => d == dim || v < walk[d]).All(ok => ok) && at.At([.. i[..dim], r, .. i[(dim + 1)..]]) == i[dim])));
            counted.Check(sums, "scatter_add_", 1e-4);
            Tensor list = randint(0, x.Shape[dim], [3], ScalarType.Int64);
            Naive chosen = Naive.Of(list);
            long[] picked = [.. x.Shape];
            picked[dim] = 3;
            new Naive(picked, i => x.At([.. i[..dim], (long)chosen.At([i[dim]]), .. i[(dim + 1)..]])).Check(
                a.index_select(dim, list), "index_select");
        }
    }

    [Test]
    public void Joining_and_repeating()
    {
        var random = new RandomTensors(10);
        for (int round = 0; round < Rounds; round++)
        {
            var (a, x) = random.Next(types[round % types.Length]);
            if (x.Shape.Length == 0)
                continue;
            int dim = random.Numbers.Next(x.Shape.Length);
            Tensor joined = cat([a, a], dim);
            joined.narrow(dim, 0, x.Shape[dim]);
            x.Check(joined.narrow(dim, 0, x.Shape[dim]), "cat, first");
            x.Check(joined.narrow(dim, x.Shape[dim], x.Shape[dim]), "cat, second");
            x.Check(stack([a, a], dim).select(dim, 1), "stack");
            new Naive(x.Shape, i => x.At([.. i[..dim], x.Shape[dim] - 1 - i[dim], .. i[(dim + 1)..]])).Check(a.flip(dim), "flip");
            long by = random.Numbers.Next(-7, 8), size = Math.Max(1, x.Shape[dim]);
            new Naive(x.Shape, i => x.At([.. i[..dim], (((i[dim] - by) % size) + size) % size, .. i[(dim + 1)..]])).Check(
                a.roll(by, dim), "roll");
            long[] parts = [.. a.chunk(2, dim).Select(part => part.shape[dim])];
            Assert.That(parts.Sum(), Is.EqualTo(x.Shape[dim]));
            long[] counts = [.. x.Shape.Select(_ => 2L)];
            new Naive(
                [.. x.Shape.Select(s => 2 * s)], i => x.At([.. i.Select((v, d) => v % x.Shape[d])])).Check(a.repeat(counts), "repeat");
        }
    }

    [Test]
    public void Masks()
    {
        var random = new RandomTensors(11);
        for (int round = 0; round < Rounds; round++)
        {
            var (a, x) = random.Next(types[round % types.Length]);
            Tensor mask = a > 0;
            x.Map(v => v > 0 ? 7 : v).Check(a.masked_fill(mask, 7), "masked_fill");
            x.Map(v => v > 0 ? 7 : v).Check(a.clone().masked_fill_(mask, 7), "masked_fill_");
            double[] kept = [.. x.Values().Where(v => v > 0)];
            Assert.That(a.masked_select(mask).to_type(ScalarType.Float64).data<double>().ToArray(), Is.EqualTo(kept).Within(1e-6));
            Assert.That(a[mask].numel(), Is.EqualTo(kept.Length));
            Assert.That(mask.nonzero().shape, Is.EqualTo(new long[] { kept.Length, x.Shape.Length }));
            Assert.That(mask.sum().item<long>(), Is.EqualTo(kept.Length));
        }
    }

    private static double[] Line(Naive x, long[] index, int dim) =>
        [.. Enumerable.Range(0, (int)x.Shape[dim]).Select(i => x.At([.. index[..dim], i, .. index[(dim + 1)..]]))];

    private static Naive Swap(Naive x)
    {
        int[] order = [.. Enumerable.Range(0, x.Shape.Length)];
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return x.Permute(order);
    }
}
