using Tef.Backends.Torch.Filtering;
using static TorchSharp.torch;

namespace Tef.Samples.CustomKernels;

/// <summary>Kernels of one's own: kept tokens often follow each other, so whole runs of rows are moved instead of single ones.</summary>
internal sealed class RunKernels : ITokenFilterKernels
{
    private readonly ReferenceTokenFilterKernels _plain = new();

    public string Name => "runs";

    // Below the others: taken when options name it.
    public int Priority => -1;

    public bool CanServe(Device device, out string reason) =>
        (reason = device.type == TorchSharp.DeviceType.CPU ? "" : $"runs are found on the processor, the model is on {device}") == "";

    public Tensor KeepMask(Tensor gates, Tensor? active, float tau) => _plain.KeepMask(gates, active, tau);

    public Tensor Compact(Tensor rows, Tensor index) =>
        index.shape[0] == 0 ? _plain.Compact(rows, index) : cat([.. Runs(index).Select(run => rows.narrow(0, run.Row, run.Length))], 0);

    public Tensor Expand(Tensor rows, Tensor index, Tensor packed)
    {
        var pieces = new List<Tensor>();
        long row = 0, taken = 0;
        foreach (var run in Runs(index))
        {
            pieces.Add(rows.narrow(0, row, run.Row - row));
            pieces.Add(packed.narrow(0, taken, run.Length));
            (row, taken) = (run.Row + run.Length, taken + run.Length);
        }
        pieces.Add(rows.narrow(0, row, rows.shape[0] - row));
        return cat(pieces, 0);
    }

    /// <summary>Stretches of neighbours in an ascending index.</summary>
    private static IEnumerable<(long Row, long Length)> Runs(Tensor index)
    {
        long[] rows = index.data<long>().ToArray();
        for (int first = 0, next = 0; first < rows.Length; first = next)
        {
            do
                next++;
            while (next < rows.Length && rows[next] == rows[next - 1] + 1);
            yield return (rows[first], next - first);
        }
    }
}
