using Tef.Core.Training;

namespace Tef.Benchmarks.Filtering.Lab;

/// <summary>Collects the losses of a run.</summary>
/// <param name="stepsPerPoint">Steps that one point of the training curve stands for.</param>
internal sealed class RunCurve(int stepsPerPoint) : IProgress<TrainingProgress>
{
    private double _sum;
    private int _count;

    public List<CurvePoint> Training { get; } = [];

    public List<CurvePoint> Validation { get; } = [];

    public void Report(TrainingProgress value)
    {
        _sum += value.Loss;
        if (++_count == stepsPerPoint)
        {
            Training.Add(new CurvePoint(value.Step, Math.Round(_sum / _count, 4)));
            (_sum, _count) = (0, 0);
        }
        if (value.Validation is { } validation)
            Validation.Add(new CurvePoint(value.Step, validation.Loss));
    }
}
