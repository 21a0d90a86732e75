namespace Tef.Core.Tracking.ClearML;

/// <summary>A ClearML server did not do what it was asked.</summary>
public sealed class ClearMLException : IOException
{
    internal ClearMLException(ClearMLFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    internal ClearMLFailure Failure { get; }
}

/// <summary>What another try would do.</summary>
internal enum ClearMLFailure
{
    /// <summary>It may succeed: the server is away or busy.</summary>
    Away,

    /// <summary>It would fail until somebody gives other keys.</summary>
    Refused,

    /// <summary>It would fail again: the server does not accept this request.</summary>
    Rejected,
}
