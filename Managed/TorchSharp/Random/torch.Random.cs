namespace TorchSharp;

public static partial class torch
{
    public static Tensor rand(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.Fill(Allocate(size, dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.Fill(Allocate(size.ToArray(), dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.Fill(Allocate([size], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.Fill(Allocate([rows, columns], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.Fill(Allocate([dim0, dim1, dim2], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.Fill(Allocate([dim0, dim1, dim2, dim3], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.Fill(Allocate([size], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.Fill(Allocate([rows, columns], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.Fill(Allocate([dim0, dim1, dim2], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor rand(
        int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.Fill(Allocate([dim0, dim1, dim2, dim3], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.FillNormal(Allocate(size, dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.FillNormal(Allocate(size.ToArray(), dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.FillNormal(Allocate([size], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.FillNormal(Allocate([rows, columns], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.FillNormal(Allocate([dim0, dim1, dim2], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.FillNormal(Allocate([dim0, dim1, dim2, dim3], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.FillNormal(Allocate([size], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        Random.FillNormal(Allocate([rows, columns], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.FillNormal(Allocate([dim0, dim1, dim2], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randn(
        int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.FillNormal(Allocate([dim0, dim1, dim2, dim3], dtype ?? ScalarType.Float32, device), generator, 0, 1, requires_grad);

    public static Tensor randint(
        long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randint(0L, (long)high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) =>
        randint(0L, (long)high, Array.ConvertAll(size, s => (long)s), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        randint((long)low, (long)high, Array.ConvertAll(size, s => (long)s), dtype, device, requires_grad, generator, names);

    public static Tensor randint(
        long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null)
    {
        if (high <= low)
            throw new ArgumentException($"randint: the range from {low} to {high} is empty.", nameof(high));
        return TensorArena.Compose(
            () => Random.FillIntegers(Allocate(size, ScalarType.Int64, device), generator, low, high).to_type(dtype ?? ScalarType.Int64));
    }

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        rand(input.shape, dtype ?? input.dtype, device, requires_grad);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        randn(input.shape, dtype ?? input.dtype, device, requires_grad);

    public static Tensor normal(
        double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        Generator? generator = null, string[]? names = null) =>
        Random.FillNormal(Allocate(size.ToArray(), dtype ?? ScalarType.Float32, device), generator, mean, std, requires_grad);

    public static Tensor randperm(
        long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        TensorArena.Compose(() => Random.Permutation(n, device, generator).to_type(dtype ?? ScalarType.Int64));

    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);

    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    public static long seed() => Generator.Default.seed();

    public static long initial_seed() => Generator.Default.initial_seed();

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.set_state(new_state);

    public static partial class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long seed() => torch.seed();

        public static long initial_seed() => torch.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();

        public static void set_rng_state(Tensor new_state) => torch.set_rng_state(new_state);
    }
}
