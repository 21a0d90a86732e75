using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>
/// Products large enough to copy their operands into panels. The smaller operand is packed once for all threads; the larger
/// one is cut into blocks, and each task packs its block into its own cache and multiplies it with all of the other.
/// Every element of C is summed by one task in ascending order of k, so the bits do not depend on the number of threads.
/// </summary>
internal static unsafe class PackedGemm
{
    private const long SharedBytes = 8 << 20;

    /// <summary>Multiply-adds below which one thread is faster than two.</summary>
    private const long SerialWork = 1 << 17;

    public static void Multiply<TKernel>(in GemmArguments g)
        where TKernel : struct, IMicroKernel
    {
        int rowPanels = (g.M + TKernel.Rows - 1) / TKernel.Rows;
        int columnPanels = (g.N + TKernel.Columns - 1) / TKernel.Columns;
        bool shareB = g.N <= g.M;
        long sharedWidth = shareB ? (long)columnPanels * TKernel.Columns : (long)rowPanels * TKernel.Rows;
        int depthBlocks = (g.K + TKernel.Depth - 1) / TKernel.Depth;
        int depth = (g.K + depthBlocks - 1) / depthBlocks;
        long span = Math.Max(1, SharedBytes / (sharedWidth * depth * sizeof(float))) * depth;

        int panels = shareB ? rowPanels : columnPanels, sharedPanels = shareB ? columnPanels : rowPanels;
        int panelWidth = shareB ? TKernel.Rows : TKernel.Columns;
        int threads = (long)g.M * g.N * g.K <= SerialWork ? 1 : ThreadTeam.Threads;
        span = Math.Min(span, g.K);
        float* shared = NativePool.RentFloats(sharedWidth * span);
        for (long start = 0; start < g.K; start += span)
        {
            Stage<TKernel> stage = new()
            {
                Arguments = g,
                ShareB = shareB,
                Shared = shared,
                Start = (int)start,
                End = (int)Math.Min(start + span, g.K),
                Depth = depth,
                RowPanels = rowPanels,
                ColumnPanels = columnPanels,
                Tasks = Tasks(panels, TKernel.CacheBytes / ((long)panelWidth * depth * sizeof(float)), threads),
            };
            int blocks = (stage.End - stage.Start + depth - 1) / depth;
            PackShared<TKernel> pack = new() { Stage = stage, Groups = Math.Min(sharedPanels, Math.Max(1, 4 * threads / blocks)) };
            ThreadTeam.For((long)blocks * pack.Groups, threads == 1 ? long.MaxValue : 1, ref pack);
            if (threads > 1)
                NativePool.Reserve(stage.BlockFloats * sizeof(float));
            ThreadTeam.For(stage.Tasks, threads == 1 ? long.MaxValue : 1, ref stage);
        }
        NativePool.Return(shared);
    }

    /// <summary>Parts of nearly the same number of panels: a multiple of the threads, so that they finish together.</summary>
    private static int Tasks(int panels, long largest, int threads)
    {
        long tasks = Math.Max((panels + largest - 1) / Math.Max(1, largest), threads == 1 ? 1 : 4 * threads);
        return (int)Math.Min((tasks + threads - 1) / threads * threads, panels);
    }

    /// <summary>Packs the panels <c>first ≤ p &lt; last</c> of A, one after the other.</summary>
    private static void PackRows<TKernel>(in GemmArguments g, int first, int last, int start, int depth, float* target)
        where TKernel : struct, IMicroKernel
    {
        int row = first * TKernel.Rows, rows = Math.Min(last * TKernel.Rows, g.M) - row;
        if (g.TransA)
            Packing.Copy(g.A + ((long)start * g.Lda) + row, g.Lda, rows, TKernel.Rows, depth, g.Alpha, target);
        else
            Packing.Transpose(g.A + ((long)row * g.Lda) + start, g.Lda, rows, TKernel.Rows, depth, g.Alpha, target);
    }

    /// <summary>Packs the panels <c>first ≤ p &lt; last</c> of B, one after the other.</summary>
    private static void PackColumns<TKernel>(in GemmArguments g, int first, int last, int start, int depth, float* target)
        where TKernel : struct, IMicroKernel
    {
        int column = first * TKernel.Columns, columns = Math.Min(last * TKernel.Columns, g.N) - column;
        if (g.TransB)
            Packing.Transpose(g.B + ((long)column * g.Ldb) + start, g.Ldb, columns, TKernel.Columns, depth, 1f, target);
        else
            Packing.Copy(g.B + ((long)start * g.Ldb) + column, g.Ldb, columns, TKernel.Columns, depth, 1f, target);
    }

    /// <summary>Packs the shared operand: item = depth block · groups + group of neighbouring panels.</summary>
    private struct PackShared<TKernel> : IRangeBody
        where TKernel : struct, IMicroKernel
    {
        public Stage<TKernel> Stage;
        public int Groups;

        public readonly void Run(long begin, long end)
        {
            int panels = Stage.ShareB ? Stage.ColumnPanels : Stage.RowPanels;
            for (long item = begin; item < end; item++)
            {
                long group = item % Groups;
                int first = (int)(panels * group / Groups), last = (int)(panels * (group + 1) / Groups);
                int start = Stage.Start + ((int)(item / Groups) * Stage.Depth);
                int depth = Math.Min(Stage.Depth, Stage.End - start);
                float* target = Stage.SharedPanel(first, start, depth);
                if (Stage.ShareB)
                    PackColumns<TKernel>(Stage.Arguments, first, last, start, depth, target);
                else
                    PackRows<TKernel>(Stage.Arguments, first, last, start, depth, target);
            }
        }
    }

    /// <summary>The steps <c>Start ≤ k &lt; End</c> of a product; an item is a part of the operand that is not shared.</summary>
    private struct Stage<TKernel> : IRangeBody
        where TKernel : struct, IMicroKernel
    {
        public GemmArguments Arguments;
        public bool ShareB;
        public float* Shared;
        public int Start;
        public int End;
        public int Depth;
        public int RowPanels;
        public int ColumnPanels;
        public int Tasks;

        /// <summary>Floats of the largest packed part.</summary>
        public readonly long BlockFloats =>
            ((ShareB ? RowPanels : ColumnPanels) + (long)Tasks - 1) / Tasks * (ShareB ? TKernel.Rows : TKernel.Columns) * Depth;

        public readonly float* SharedPanel(int panel, int start, int depth)
        {
            long width = ShareB ? TKernel.Columns : TKernel.Rows;
            long panels = ShareB ? ColumnPanels : RowPanels;
            return Shared + (((start - Start) * panels) + ((long)panel * depth)) * width;
        }

        public readonly void Run(long begin, long end)
        {
            int width = ShareB ? TKernel.Rows : TKernel.Columns;
            long panels = ShareB ? RowPanels : ColumnPanels;
            float* block = NativePool.RentFloats(BlockFloats);
            for (long task = begin; task < end; task++)
            {
                int first = (int)(panels * task / Tasks), last = (int)(panels * (task + 1) / Tasks);
                for (int start = Start; start < End; start += Depth)
                {
                    int depth = Math.Min(Depth, End - start);
                    if (ShareB)
                    {
                        PackRows<TKernel>(Arguments, first, last, start, depth, block);
                        Blocks(first, last, 0, ColumnPanels, block, SharedPanel(0, start, depth), start, depth);
                    }
                    else
                    {
                        PackColumns<TKernel>(Arguments, first, last, start, depth, block);
                        Blocks(0, RowPanels, first, last, SharedPanel(0, start, depth), block, start, depth);
                    }
                }
                if (End == Arguments.K && Arguments.Epilogue.GeluTanh)
                    Activate(first * width, Math.Min(last * width, ShareB ? Arguments.M : Arguments.N));
            }
            NativePool.Return(block);
        }

        /// <summary>The activation over what a task has finished, along whole rows: tiles would visit each page of C again.</summary>
        private readonly void Activate(int from, int to)
        {
            if (ShareB)
                EpilogueBlock.Apply(Arguments, from, to - from, 0, Arguments.N, bias: false);
            else
                EpilogueBlock.Apply(Arguments, 0, Arguments.M, from, to - from, bias: false);
        }

        /// <summary>A rectangle of panels, as many rows at a time as the second-level cache holds.</summary>
        private readonly void Blocks(int row0, int row1, int column0, int column1, float* a, float* b, int start, int depth)
        {
            int largest = (int)Math.Max(1, TKernel.CacheBytes / ((long)TKernel.Rows * depth * sizeof(float)));
            int rows = row1 - row0, parts = (rows + largest - 1) / largest;
            for (int part = 0; part < parts; part++)
            {
                int first = (int)((long)rows * part / parts), last = (int)((long)rows * (part + 1) / parts);
                Block(
                    row0 + first, row0 + last, column0, column1, a + ((long)first * depth * TKernel.Rows), b, start, depth);
            }
        }

        /// <summary>All tiles of a rectangle of panels: a panel of B stays in the first-level cache while those of A pass by.</summary>
        [MethodImpl(Jit.Kernel)]
        private readonly void Block(int row0, int row1, int column0, int column1, float* a, float* b, int start, int depth)
        {
            bool accumulate = start > 0 || Arguments.Beta != 0f;
            bool last = start + depth == Arguments.K;
            float* bias = last ? Arguments.Epilogue.Bias : null;
            float* edge = stackalloc float[TKernel.Rows * TKernel.Columns];
            for (int jp = column0; jp < column1; jp++)
            {
                int j = jp * TKernel.Columns;
                // The next panel of B comes nearer a slice per tile while this one is in use: a little at each step, since
                // many requests at once would hold up the loads of the tile.
                long aheadStep = jp + 1 < column1 ? (TKernel.Columns + row1 - row0 - 1) / (row1 - row0) : 0;
                int columns = Math.Min(TKernel.Columns, Arguments.N - j);
                float* panelB = b + ((long)(jp - column0) * depth * TKernel.Columns);
                for (int ip = row0; ip < row1; ip++)
                {
                    int i = ip * TKernel.Rows;
                    int rows = Math.Min(TKernel.Rows, Arguments.M - i);
                    float* ahead = panelB + ((depth * TKernel.Columns) + ((ip - row0) * aheadStep * depth));
                    float* panelA = a + ((long)(ip - row0) * depth * TKernel.Rows);
                    float* c = Arguments.C + ((long)i * Arguments.Ldc) + j;
                    Tile tile = new(c, Arguments.Ldc, accumulate, bias is null ? null : bias + j);
                    if (rows == TKernel.Rows && columns == TKernel.Columns)
                    {
                        TKernel.Run(depth, panelA, panelB, ahead, aheadStep, tile);
                    }
                    else if (rows == TKernel.FewRows && columns == TKernel.Columns)
                    {
                        TKernel.RunFew(depth, panelA, panelB, tile);
                    }
                    else
                    {
                        TKernel.Run(depth, panelA, panelB, ahead, aheadStep, new Tile(edge, TKernel.Columns, false, null));
                        StoreEdge(edge, TKernel.Columns, c, Arguments.Ldc, rows, columns, accumulate, bias is null ? null : bias + j);
                    }
                }
            }
        }
    }

    private static void StoreEdge(float* tile, int tileStride, float* c, int ldc, int rows, int columns, bool accumulate, float* bias)
    {
        for (int r = 0; r < rows; r++)
        {
            for (int s = 0; s < columns; s++)
            {
                float sum = tile[s];
                if (accumulate)
                    sum += c[s];
                if (bias is not null)
                    sum += bias[s];
                c[s] = sum;
            }
            tile += tileStride;
            c += ldc;
        }
    }
}
