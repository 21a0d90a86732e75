using TorchSharp.Kernels;

namespace TorchSharp;

public static partial class torch
{
    public static int get_num_threads() => ThreadTeam.Threads;

    public static void set_num_threads(int num) => ThreadTeam.Threads = num;
}
