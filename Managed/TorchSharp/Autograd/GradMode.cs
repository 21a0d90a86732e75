namespace TorchSharp;

/// <summary>Whether this thread records operations.</summary>
internal sealed class GradMode : IDisposable
{
    [ThreadStatic]
    private static bool disabled;

    [ThreadStatic]
    private static bool inference;

    private readonly bool before;
    private readonly bool inferenceBefore;

    private GradMode(bool enabled, bool inInference)
    {
        (before, inferenceBefore) = (disabled, inference);
        (disabled, inference) = (!enabled, inInference);
    }

    internal static bool IsEnabled => !disabled;

    internal static bool IsInference => inference;

    internal static GradMode Set(bool enabled) => new(enabled, inference);

    internal static GradMode Inference(bool enabled) => new(!enabled, enabled);

    public void Dispose() => (disabled, inference) = (before, inferenceBefore);
}

public static partial class torch
{
    public static IDisposable no_grad() => GradMode.Set(false);

    public static IDisposable enable_grad(bool enabled = true) => GradMode.Set(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => GradMode.Set(mode);

    public static bool is_grad_enabled() => GradMode.IsEnabled;

    public static IDisposable inference_mode(bool mode = true) => GradMode.Inference(mode);

    public static bool is_inference_mode_enabled() => GradMode.IsInference;
}
