namespace Tef.Core.Tracking;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>A limit of its options was reached.</summary>
    Completed,

    /// <summary>The user stopped it; it can be resumed.</summary>
    Cancelled,

    /// <summary>An error stopped it.</summary>
    Failed,
}
