using Spectre.Console;
using Tef.Core.Training;
using Tef.Samples.Common;

namespace Tef.Cli.Output;

/// <summary>How the loss answered to a rising learning rate.</summary>
internal static class LearningRateReport
{
    private const int Rows = 20;
    private const int BarWidth = 40;

    /// <returns>The exit code.</returns>
    public static int Write(Printer printer, LearningRateCurve curve)
    {
        if (printer.Json)
        {
            Printer.WriteJson(curve);
            return ExitCode.Success;
        }

        double lowest = curve.Points.Min(point => point.SmoothedLoss), highest = curve.Points.Max(point => point.SmoothedLoss);
        double range = Math.Max(highest - lowest, 1e-9);
        Table table = Printer.NewTable("learning rate", "loss", "");
        int step = Math.Max(1, curve.Points.Count / Rows);
        foreach (LearningRatePoint point in curve.Points.Where((_, i) => i % step == 0))
        {
            int bar = 1 + (int)((point.SmoothedLoss - lowest) / range * BarWidth);
            table.AddRow($"{point.LearningRate:E2}", $"{point.SmoothedLoss:F4}", new string('█', bar));
        }

        printer.Console.Write(table);
        printer.Field("suggestion", curve.Suggestion is { } rate ? $"--set training.learningRate={rate:G3}" : "none: the loss never fell");
        return ExitCode.Success;
    }
}
