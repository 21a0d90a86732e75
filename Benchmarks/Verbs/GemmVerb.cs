using System.CommandLine;
using System.Text.Json;
using Tef.Benchmarks.Measuring;
using TorchSharp.Kernels;

namespace Tef.Benchmarks.Verbs;

/// <summary>Matrix products at the shapes of the models, beside the multiply-add peak of the same run.</summary>
internal static unsafe class GemmVerb
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        Option<int> threads = CommonOptions.Threads();
        Option<double> seconds = CommonOptions.Seconds(0.1);
        Option<string?> model = new("--model")
        {
            Description = "Only the products of one model: square, small or 124M.",
            HelpName = "name",
        };
        model.AcceptOnlyFromAmong("square", "small", "124M");
        Command command = new("gemm", "Matrix products: 2048³ and every product of a training step of the two reference models.")
        {
            json,
            threads,
            seconds,
            model,
        };
        command.SetAction(parsed => Run(
            parsed.GetValue(threads), parsed.GetValue(seconds), parsed.GetValue(model), parsed.GetValue(json)));
        return command;
    }

    private static void Run(int threads, double seconds, string? model, bool json)
    {
        ThreadTeam.Threads = threads;
        double peak = FmaPeak.Measure(threads, seconds);
        List<(GemmShape Shape, double Seconds)> measured = [];
        foreach (GemmShape shape in GemmShapes.All().Where(s => model is null || s.Model == model))
            measured.Add((shape, Time(shape, seconds)));
        // The clock may have moved meanwhile.
        peak = Math.Max(peak, FmaPeak.Measure(threads, seconds));

        var rows = measured.Select(m => new
        {
            model = m.Shape.Model,
            name = m.Shape.Name,
            m = m.Shape.M,
            n = m.Shape.N,
            k = m.Shape.K,
            ms = Math.Round(m.Seconds * 1e3, 3),
            gflops = Math.Round(m.Shape.Flops / m.Seconds / 1e9, 1),
            share = Math.Round(m.Shape.Flops / m.Seconds / 1e9 / peak, 3),
        }).ToArray();
        var models = measured.GroupBy(m => m.Shape.Model).Select(g =>
        {
            double time = g.Sum(m => m.Seconds * m.Shape.PerStep), flops = g.Sum(m => m.Shape.Flops * m.Shape.PerStep);
            return new
            {
                model = g.Key,
                ms_per_step = Math.Round(time * 1e3, 2),
                gflops = Math.Round(flops / time / 1e9, 1),
                share = Math.Round(flops / time / 1e9 / peak, 3),
            };
        }).ToArray();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                verb = "gemm",
                threads,
                vector_bits = Isa.VectorBits,
                peak_gflops = Math.Round(peak, 1),
                products = rows,
                models,
            }));
            return;
        }
        Console.WriteLine($"{threads} threads, peak {peak:F1} GFLOP/s");
        Console.WriteLine($"{"model",-8}{"product",-9}{"m",7}{"n",7}{"k",7}{"ms",10}{"GFLOP/s",10}{"of peak",9}");
        foreach (var r in rows)
            Console.WriteLine($"{r.model,-8}{r.name,-9}{r.m,7}{r.n,7}{r.k,7}{r.ms,10:F3}{r.gflops,10:F1}{r.share,9:P1}");
        Console.WriteLine("all products of a step, weighted by time");
        foreach (var r in models)
            Console.WriteLine($"{r.model,-38}{r.ms_per_step,10:F2}{r.gflops,10:F1}{r.share,9:P1}");
    }

    private static double Time(GemmShape s, double seconds)
    {
        int lda = s.TransA ? s.M : s.K, ldb = s.TransB ? s.K : s.N;
        float* a = Samples.Floats((long)s.M * s.K, 1), b = Samples.Floats((long)s.K * s.N, 2), c = Samples.Floats((long)s.M * s.N, 3);
        double best = Best.Of(
            () => Gemm.Multiply(s.TransA, s.TransB, s.M, s.N, s.K, a, lda, b, ldb, s.Accumulate ? 1f : 0f, c, s.N), seconds);
        NativePool.Return(a);
        NativePool.Return(b);
        NativePool.Return(c);
        return best;
    }
}
