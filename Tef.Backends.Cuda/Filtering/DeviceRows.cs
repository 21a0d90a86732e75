namespace Tef.Backends.Cuda.Filtering;

/// <summary>Rows in device memory whose elements lie next to each other.</summary>
/// <param name="Address">The first row; zero for no rows.</param>
/// <param name="Stride">Elements from one row to the next.</param>
internal readonly record struct DeviceRows(nint Address, long Stride)
{
    public static DeviceRows None => default;
}
