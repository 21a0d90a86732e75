using TorchSharp.Modules;

namespace TorchSharp;

/// <summary>What zero_grad() does to one parameter.</summary>
internal static class GradientReset
{
    internal static void Run(Parameter parameter, bool setToNone)
    {
        if (setToNone)
            parameter.Impl.Meta?.SetGrad(null);
        else
            parameter.Impl.Meta?.ZeroGrad();
    }
}
