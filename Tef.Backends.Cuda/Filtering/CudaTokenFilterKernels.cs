using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Tef.Backends.Cuda.Driver;
using Tef.Backends.Cuda.Interop;
using Tef.Backends.Torch.Filtering;
using static TorchSharp.torch;

namespace Tef.Backends.Cuda.Filtering;

/// <summary>
/// The token filter in CUDA kernels, for tensors on a CUDA device: the keep mask of a row in one block, rows packed and put back in
/// one pass each. What does not fit (other types, a device that failed) goes to the plain tensor operations; long rows are sorted by
/// those and scattered here. Safe to use from many threads.
/// </summary>
public sealed class CudaTokenFilterKernels : ITokenFilterKernels, IDisposable
{
    private readonly ReferenceTokenFilterKernels _reference = new();
    private readonly ConcurrentDictionary<string, bool> _told = new();
    private readonly Dictionary<int, DeviceState> _devices = [];
    private readonly Lock _gate = new();
    private readonly CudaOptions _options;
    private readonly ITensorMemory _memory;
    private readonly ILogger _logger;
    private CudaDriver? _driver;

    /// <param name="options">Where the driver is.</param>
    /// <param name="logging">Told what falls back to plain tensor operations, once each.</param>
    public CudaTokenFilterKernels(CudaOptions options, ILoggerFactory logging)
        : this(options, logging, new TorchSharpMemory())
    {
    }

    internal CudaTokenFilterKernels(CudaOptions options, ILoggerFactory logging, ITensorMemory memory)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logging);
        _options = options;
        _memory = memory;
        _logger = logging.CreateLogger("Tef.Cuda");
    }

    /// <inheritdoc />
    public string Name => "cuda";

    /// <inheritdoc />
    public int Priority => 100;

    /// <summary>The device must be CUDA's, the driver and the device new enough, and the kernels accepted by them.</summary>
    /// <inheritdoc />
    public bool CanServe(Device device, out string reason)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!_memory.IsDevice(device))
        {
            var found = CudaAvailability.Probe(_options);
            reason = $"the model is on {device}, these kernels need a CUDA device; "
                + (found.IsUsable ? "there is one, so Device = \"cuda\" would use it" : found.Reason);
            return false;
        }
        reason = State(device).Obstacle ?? "";
        return reason.Length == 0;
    }

    /// <summary>
    /// Equal to PyTorch on the processor to the last bit for rows of up to 4,096 gates. A row that has a NaN gate, or no active token,
    /// has no shares: its first token is kept if it is active, as with plain tensor operations.
    /// </summary>
    /// <inheritdoc />
    public Tensor KeepMask(Tensor gates, Tensor? active, float tau)
    {
        ArgumentNullException.ThrowIfNull(gates);
        string? unfit = gates.dim() != 2 || gates.dtype != ScalarType.Float32 ? $"gates {Describe(gates)} are not float32 [B, T]"
            : active is not null && (active.dtype != ScalarType.Bool || !active.shape.AsSpan().SequenceEqual(gates.shape))
                ? $"active tokens {Describe(active)} are not bool of the shape of the gates {Describe(gates)}"
            : NotTogether(gates, active);
        Tensor? keep = null;
        if (Serves(gates, unfit, "keep mask", out var state))
        {
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            keep = state.Try(_memory.Address(gates), launches => KeepMask(launches, gates, active, tau))?.MoveToOuterDisposeScope();
        }
        return keep ?? _reference.KeepMask(gates, active, tau);
    }

    /// <inheritdoc />
    public Tensor Compact(Tensor rows, Tensor index)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(index);
        if (!Serves(rows, UnfitRows(rows, index), "compact", out _))
            return _reference.Compact(rows, index);
        return NeedsGradient(rows) ? CompactFunction.apply(rows, index, this) : CompactRows(rows, index);
    }

    /// <inheritdoc />
    public Tensor Expand(Tensor rows, Tensor index, Tensor packed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(packed);
        string? unfit = UnfitRows(rows, index)
            ?? (packed.dtype != rows.dtype || packed.dim() != 2 || packed.shape[0] != index.shape[0] || packed.shape[1] != rows.shape[1]
                ? $"packed rows {Describe(packed)} do not belong to rows {Describe(rows)} and {index.shape[0]} indices"
                : NotTogether(rows, packed));
        if (!Serves(rows, unfit, "expand", out _))
            return _reference.Expand(rows, index, packed);
        return NeedsGradient(rows) || NeedsGradient(packed)
            ? ExpandFunction.apply(rows, index, packed, this)
            : ExpandWithoutGradient(rows, index, packed);
    }

    /// <summary>Gives the kernels and the contexts back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var state in _devices.Values)
                state.Dispose();
            _devices.Clear();
        }
    }

    /// <summary>Packed rows without a gradient of their own.</summary>
    internal Tensor CompactRows(Tensor rows, Tensor index)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var packed = State(rows.device).Try(_memory.Address(rows), launches =>
        {
            var result = empty(index.shape[0], rows.shape[1], dtype: rows.dtype, device: rows.device);
            if (result.numel() > 0)
            {
                launches.Compact(
                    Rows(rows), Address(index), index.shape[0], rows.shape[0], rows.shape[1], (int)rows.element_size(),
                    _memory.Address(result));
            }
            return result;
        });
        return (packed ?? _reference.Compact(rows, index)).MoveToOuterDisposeScope();
    }

    /// <summary>The gradient of the rows that were packed.</summary>
    internal Tensor CompactGradient(Tensor gradient, Tensor index, long rowCount)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        long columns = gradient.shape[1];
        var inverse = Invert(index, rowCount);
        var sums = inverse is null ? null : State(gradient.device).Try(_memory.Address(gradient), launches =>
        {
            var result = empty(rowCount, columns, dtype: gradient.dtype, device: gradient.device);
            if (result.numel() > 0)
            {
                launches.ScatterAdd(
                    Rows(gradient), Address(index), index.shape[0], Address(inverse), rowCount, columns, (int)gradient.element_size(),
                    _memory.Address(result));
            }
            return result;
        });
        return (sums ?? zeros(rowCount, columns, dtype: gradient.dtype, device: gradient.device).index_add(0, index, gradient, 1))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Where each of all rows is among the packed ones, int32 <c>[N]</c>; null when the kernels cannot tell (any more).</summary>
    internal Tensor? Invert(Tensor index, long rowCount)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return State(index.device).Try(_memory.Address(index), launches =>
        {
            var inverse = empty(rowCount, dtype: ScalarType.Int32, device: index.device);
            if (rowCount > 0)
                launches.InvertIndex(Address(index), index.shape[0], rowCount, _memory.Address(inverse));
            return inverse;
        })?.MoveToOuterDisposeScope();
    }

    /// <summary>All rows with packed ones in their places; zeros instead of those where they are null.</summary>
    internal Tensor ExpandRows(Tensor rows, Tensor index, Tensor? inverse, Tensor? packed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var expanded = inverse is null ? null : State(rows.device).Try(_memory.Address(rows), launches =>
        {
            var result = empty(rows.shape[0], rows.shape[1], dtype: rows.dtype, device: rows.device);
            if (result.numel() > 0)
            {
                launches.Expand(
                    Rows(rows), Address(inverse), packed is null ? DeviceRows.None : Rows(packed), rows.shape[0], rows.shape[1],
                    (int)rows.element_size(), _memory.Address(result));
            }
            return result;
        });
        expanded ??= packed is null ? rows.index_fill(0, index, 0) : _reference.Expand(rows, index, packed);
        return expanded.MoveToOuterDisposeScope();
    }

    private static bool NeedsGradient(Tensor tensor) => tensor.requires_grad && is_grad_enabled();

    private static string Describe(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";

    private static string? NotTogether(Tensor tensor, Tensor? other) =>
        other is null || (other.device_type == tensor.device_type && other.device_index == tensor.device_index)
            ? null
            : $"tensors are on {tensor.device} and {other.device}";

    private static string? UnfitRows(Tensor rows, Tensor index) =>
        rows.dim() != 2 || (rows.dtype != ScalarType.Float32 && rows.dtype != ScalarType.BFloat16)
            ? $"rows {Describe(rows)} are not float32 or bfloat16 [N, C]"
            : index.dim() != 1 || index.dtype != ScalarType.Int64 || index.shape[0] > int.MaxValue || rows.shape[0] > int.MaxValue
                ? $"the index {Describe(index)} of rows {Describe(rows)} is not int64 [K]"
                : NotTogether(rows, index);

    /// <summary>Whether the kernels take a call; says once why not.</summary>
    private bool Serves(Tensor tensor, string? unfit, string operation, out DeviceState state)
    {
        state = null!;
        if (!_memory.IsDevice(tensor.device))
            unfit ??= $"tensors are on {tensor.device}";
        if (unfit is null)
        {
            state = State(tensor.device);
            unfit = state.Obstacle;
        }
        if (unfit is not null && _told.TryAdd(operation + unfit, true))
            _logger.LogWarning("The {Operation} goes to plain tensor operations: {Reason}", operation, unfit);
        return unfit is null;
    }

    private Tensor KeepMask(TokenFilterLaunches launches, Tensor gates, Tensor? active, float tau)
    {
        long rows = gates.shape[0];
        int length = checked((int)gates.shape[1]);
        var keep = empty(rows, length, dtype: ScalarType.Bool, device: gates.device);
        if (keep.numel() == 0)
            return keep;
        if (length <= TokenFilterLaunches.MaxFusedLength)
        {
            launches.KeepMask(
                Rows(gates), active is null ? DeviceRows.None : Rows(active), _memory.Address(keep), rows, length, tau);
            return keep;
        }

        // The running sum in double, so that it does not depend on how the device splits it.
        var weights = active is null ? gates : gates * active.to_type(gates.dtype);
        var shares = weights / weights.sum(-1, keepdim: true);
        var (sorted, order) = shares.sort(-1, descending: true, stable: true);
        var kept = (sorted.cumsum(-1, ScalarType.Float64).to_type(ScalarType.Float32) <= tau).contiguous();
        launches.ScatterKeepMask(
            Address(order), _memory.Address(kept), active is null ? 0 : Address(active), _memory.Address(keep), rows, length);
        return keep;
    }

    private Tensor ExpandWithoutGradient(Tensor rows, Tensor index, Tensor packed)
    {
        using var inverse = Invert(index, rows.shape[0]);
        return ExpandRows(rows, index, inverse, packed);
    }

    /// <summary>Where the rows of a tensor lie, without gaps inside them; a copy of it lives as long as the current scope.</summary>
    private DeviceRows Rows(Tensor tensor)
    {
        var source = tensor.stride(1) == 1 || tensor.shape[1] == 1 ? tensor : tensor.contiguous();
        return new DeviceRows(_memory.Address(source), source.stride(0));
    }

    private nint Address(Tensor tensor) => _memory.Address(tensor.contiguous());

    private DeviceState State(Device device)
    {
        int index = Math.Max(device.index, 0);
        lock (_gate)
        {
            if (!_devices.TryGetValue(index, out var state))
                _devices.Add(index, state = Start(index));
            return state;
        }
    }

    private DeviceState Start(int index)
    {
        if (!_memory.IsAvailable)
            return new DeviceState(null, "this build of the tensor engine has no CUDA support", _logger);
        try
        {
            if (_driver is null)
            {
                var driver = CudaDriver.Open(_options.DriverLibrary ?? CudaDriver.DefaultLibrary);
                driver.Initialize();
                _driver = driver;
            }
            var devices = _driver.Devices();
            if (index >= devices.Count)
                throw new CudaException(CudaFailure.NoDevice, $"there is no device cuda:{index}, the driver lists {devices.Count}");
            if (!devices[index].IsSupported)
            {
                throw new CudaException(
                    CudaFailure.DeviceTooOld,
                    $"{devices[index].Name} has compute capability {devices[index].ComputeCapability}; the kernels need "
                    + $"{CudaAvailability.LeastComputeCapability} or more");
            }
            return new DeviceState(new CudaDeviceKernels(_driver, index), null, _logger);
        }
        catch (CudaException failure) when (failure.Failure != CudaFailure.ContextLost)
        {
            return new DeviceState(null, failure.Message, _logger);
        }
    }
}
