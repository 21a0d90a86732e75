using Tef.Backends.Torch.Filtering;
using TorchSharp;
using static TorchSharp.torch;

namespace Tef.Backends.Torch.ManagedEngine;

/// <summary>The token filter by way of the managed engine's internals; what they do not serve is left to plain tensor operations.</summary>
internal sealed class ManagedTokenFilterKernels : ITokenFilterKernels
{
    private readonly ITokenFilterKernels _reference = new ReferenceTokenFilterKernels();

    public string Name => "managed-fused";

    public int Priority => 10;

    public bool CanServe(Device device, out string reason)
    {
        ArgumentNullException.ThrowIfNull(device);
        bool able = device.type == DeviceType.CPU;
        reason = able ? "" : "they run on the CPU alone";
        return able;
    }

    public Tensor KeepMask(Tensor gates, Tensor? active, float tau)
    {
        ArgumentNullException.ThrowIfNull(gates);
        return gates.dtype == ScalarType.Float32 && gates.dim() > 0
            && (active is null || (active.dtype == ScalarType.Bool && active.shape.SequenceEqual(gates.shape)))
            ? FusedKeepMask.Apply(gates, active, tau)
            : _reference.KeepMask(gates, active, tau);
    }

    public Tensor Compact(Tensor rows, Tensor index)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(index);
        return FusedRowRouting.CanServe(rows, index) ? FusedRowRouting.Compact(rows, index) : _reference.Compact(rows, index);
    }

    public Tensor Expand(Tensor rows, Tensor index, Tensor packed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(packed);
        bool serves = FusedRowRouting.CanServe(rows, index) && packed.dtype == ScalarType.Float32
            && packed.dim() == 2 && packed.shape[0] == index.shape[0] && packed.shape[1] == rows.shape[1];
        return serves ? FusedRowRouting.Expand(rows, index, packed) : _reference.Expand(rows, index, packed);
    }

    public Tensor Gate(Tensor rows, Tensor gate, Tensor? keep)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(gate);
        bool serves = FusedGates.CanServe(gate, rows)
            && (keep is null || (keep.dtype == ScalarType.Bool && keep.dim() == 1 && keep.shape[0] == rows.shape[0]));
        return serves ? FusedGates.Gate(rows, gate, keep) : _reference.Gate(rows, gate, keep);
    }

    public Tensor Blend(Tensor rows, Tensor computed, Tensor gate)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(computed);
        ArgumentNullException.ThrowIfNull(gate);
        return FusedGates.CanServe(gate, rows, computed) ? FusedGates.Blend(rows, computed, gate) : _reference.Blend(rows, computed, gate);
    }
}
