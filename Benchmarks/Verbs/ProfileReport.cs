using TorchSharp.Kernels;

namespace Tef.Benchmarks.Verbs;

/// <summary>Where the time of profiled steps went; what no kernel accounts for comes last, as <c>other</c>.</summary>
internal static class ProfileReport
{
    private const string Other = "other";

    /// <summary>A row per kernel, the most expensive first.</summary>
    /// <param name="profile">A stopped profile.</param>
    /// <param name="steps">Steps that it watched.</param>
    public static ProfileRow[] Rows(KernelProfile profile, int steps)
    {
        double rest = profile.Seconds - profile.Kernels.Values.Sum(time => time.Seconds);
        return
        [
            .. profile.Kernels.OrderByDescending(item => item.Value.Seconds).Select(item => Row(item.Key, item.Value)),
            new ProfileRow(Other, 0, Round(rest / steps * 1e3), Round(rest / profile.Seconds), 0, 0),
        ];

        ProfileRow Row(string name, KernelTime time) => new(
            name, (double)time.Calls / steps, Round(time.Seconds / steps * 1e3), Round(time.Seconds / profile.Seconds),
            Round(time.Flops / time.Seconds / 1e9), Round(time.Bytes / time.Seconds / 1e9));

        static double Round(double value) => Math.Round(value, 4);
    }

    public static void Print(IEnumerable<ProfileRow> rows)
    {
        Console.WriteLine($"{"kernel",-32}{"calls",8}{"ms",10}{"share",8}{"GFLOP/s",10}{"GB/s",8}");
        foreach (var row in rows)
        {
            Console.WriteLine($"{row.kernel,-32}{row.calls,8:F0}{row.ms,10:F3}{row.share,8:P1}"
                + $"{(row.gflops > 0 ? $"{row.gflops:F1}" : ""),10}{(row.gb_s > 0 ? $"{row.gb_s:F1}" : ""),8}");
        }
    }
}
