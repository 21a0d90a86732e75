using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using Tef.Core.IO;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>A line of a plot.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points from left to right.</param>
internal sealed record PlotLine(string Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>Line plots as SVG files.</summary>
internal static class LinePlot
{
    private const int Width = 760, Height = 420;

    private static readonly OxyColor[] Colors =
    [
        OxyColor.FromRgb(0x1f, 0x77, 0xb4), OxyColor.FromRgb(0xd6, 0x27, 0x28), OxyColor.FromRgb(0x2c, 0xa0, 0x2c),
        OxyColor.FromRgb(0xff, 0x7f, 0x0e), OxyColor.FromRgb(0x94, 0x67, 0xbd), OxyColor.FromRgb(0x8c, 0x56, 0x4b),
        OxyColor.FromRgb(0x17, 0xbe, 0xcf), OxyColor.FromRgb(0x7f, 0x7f, 0x7f),
    ];

    /// <param name="file">The SVG file to write.</param>
    /// <param name="title">Above the plot.</param>
    /// <param name="x">Title of the horizontal axis.</param>
    /// <param name="y">Title of the vertical axis.</param>
    /// <param name="lines">What to draw.</param>
    /// <param name="markers">Marks the points themselves.</param>
    public static void Write(string file, string title, string x, string y, IEnumerable<PlotLine> lines, bool markers = false)
    {
        var plot = new PlotModel { Title = title, TitleFontSize = 14, DefaultFont = "sans-serif", Background = OxyColors.White };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = x, MajorGridlineStyle = LineStyle.Dot });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = y, MajorGridlineStyle = LineStyle.Dot });
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.RightTop, LegendPlacement = LegendPlacement.Outside });
        foreach (var (line, i) in lines.Select((line, i) => (line, i)))
        {
            var series = new LineSeries
            {
                Title = line.Name,
                Color = Colors[i % Colors.Length],
                MarkerType = markers ? MarkerType.Circle : MarkerType.None,
                MarkerSize = 3,
            };
            series.Points.AddRange(line.Points.Select(point => new DataPoint(point.X, point.Y)));
            plot.Series.Add(series);
        }
        AtomicFile.Write(file, stream => new SvgExporter { Width = Width, Height = Height }.Export(plot, stream));
    }
}
