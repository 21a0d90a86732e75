namespace TorchSharp;

public static partial class torch
{
    public static Tensor zeros(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size, 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size.ToArray(), 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros(
        int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], 0, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size, 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size.ToArray(), 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([rows, columns], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor ones(
        int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], 1, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Allocate(size, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Allocate(size.ToArray(), dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Allocate([size], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Allocate([rows, columns], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Allocate([dim0, dim1, dim2], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Allocate([dim0, dim1, dim2, dim3], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        int size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Allocate([size], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        int rows, int columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Allocate([rows, columns], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        int dim0, int dim1, int dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Allocate([dim0, dim1, dim2], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor empty(
        int dim0, int dim1, int dim2, int dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Allocate([dim0, dim1, dim2, dim3], dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(size, value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled(size.ToArray(), value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([rows, columns], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null,
        bool requires_grad = false, string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        int size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled([size], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        int rows, int columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([rows, columns], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        int dim0, int dim1, int dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor full(
        int dim0, int dim1, int dim2, int dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false,
        string[]? names = null) =>
        Filled([dim0, dim1, dim2, dim3], value, dtype ?? ScalarType.Float32, device, requires_grad);

    public static Tensor zeros_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(input.shape, 0, dtype ?? input.dtype, device, requires_grad);

    public static Tensor ones_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(input.shape, 1, dtype ?? input.dtype, device, requires_grad);

    public static Tensor empty_like(
        Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Allocate(input.shape, dtype ?? input.dtype, device, requires_grad);

    public static Tensor full_like(
        Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Filled(input.shape, value, dtype ?? input.dtype, device, requires_grad);

    internal static Tensor Allocate(long[] shape, ScalarType type, Device? device = null, bool requiresGrad = false)
    {
        OnlyCpu(device);
        foreach (long size in shape)
        {
            if (size < 0)
                throw new ArgumentException($"A tensor cannot have shape {Shapes.Text(shape)}.", nameof(shape));
        }
        var result = new Tensor(TensorImpl.Allocate([.. shape], type));
        return requiresGrad ? result.requires_grad_() : result;
    }

    private static Tensor Filled(long[] shape, Scalar value, ScalarType type, Device? device, bool requiresGrad)
    {
        Tensor result = Allocate(shape, type, device);
        Elementwise.Fill(result.Impl, value);
        return requiresGrad ? result.requires_grad_() : result;
    }
}
