using Tef.Core.Training;

namespace Tef.Backends.Torch.Training;

/// <summary>Where a run stands, beside its tensors.</summary>
/// <param name="options">The metric that decides what is best.</param>
internal sealed class TrainingState(TrainingOptions options)
{
    /// <summary>Share by which the average loss follows that of the latest batch.</summary>
    private const double LossRate = 0.05;

    private readonly bool _highIsBetter = MonitoredMetric.HigherIsBetter(options.Monitor, options.MonitorGoal);

    /// <summary>Optimizer steps done.</summary>
    public long Step { get; set; }

    /// <summary>Time of the run before this process took it up.</summary>
    public TimeSpan Before { get; set; }

    /// <summary>Running average of the training loss.</summary>
    public double AverageLoss { get; set; } = double.NaN;

    public EvaluationResult? Validation { get; set; }

    public EvaluationResult? BestValidation { get; set; }

    /// <summary>The monitored metric of the best validation.</summary>
    public double? BestMetric { get; set; }

    public int ValidationsSinceBest { get; set; }

    /// <summary>Whether the latest step was validated.</summary>
    public bool IsValidated { get; set; }

    /// <summary>Whether a validation belongs after the latest step and has not been made.</summary>
    public bool ValidationDue { get; set; }

    public void AddLoss(double loss) => AverageLoss = double.IsNaN(AverageLoss) ? loss : AverageLoss + (LossRate * (loss - AverageLoss));

    /// <summary>Takes note of a validation.</summary>
    /// <param name="validation">What it gave.</param>
    /// <param name="metric">The monitored metric, if it is known.</param>
    /// <returns>Whether it is the best so far.</returns>
    public bool AddValidation(EvaluationResult validation, double? metric)
    {
        Validation = validation;
        IsValidated = true;
        ValidationDue = false;
        if (BestValidation is not null && !(_highIsBetter ? metric > BestMetric : metric < BestMetric))
        {
            ValidationsSinceBest++;
            return false;
        }

        BestValidation = validation;
        BestMetric = metric;
        ValidationsSinceBest = 0;
        return true;
    }

    /// <summary>Whether the metric has not become better for as long as the options allow.</summary>
    public bool IsStuck() => options.EarlyStoppingPatience > 0 && ValidationsSinceBest >= options.EarlyStoppingPatience;
}
