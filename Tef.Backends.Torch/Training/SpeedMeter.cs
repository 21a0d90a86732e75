namespace Tef.Backends.Torch.Training;

/// <summary>Tokens per second over the last steps.</summary>
internal sealed class SpeedMeter
{
    private const int Window = 20;

    private readonly Queue<(long Tokens, double Seconds)> _steps = new();
    private long _tokens;
    private double _seconds;

    public double TokensPerSecond => _seconds > 0 ? _tokens / _seconds : 0;

    public void Add(long tokens, TimeSpan time)
    {
        _steps.Enqueue((tokens, time.TotalSeconds));
        _tokens += tokens;
        _seconds += time.TotalSeconds;
        if (_steps.Count > Window)
        {
            var (oldTokens, oldSeconds) = _steps.Dequeue();
            _tokens -= oldTokens;
            _seconds -= oldSeconds;
        }
    }
}
