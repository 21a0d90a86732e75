using Spectre.Console;
using Tef.Core.Training;

namespace Tef.Cli.Output;

/// <summary>A model measured on a text.</summary>
internal static class EvaluationReport
{
    public static void Write(Printer printer, EvaluationResult result)
    {
        printer.Field("loss", $"{result.Loss:F4} nats per token over {result.Tokens:N0} tokens, perplexity {result.Perplexity:F2}");
        if (!double.IsNaN(result.Accuracy))
            printer.Field("accuracy", $"{result.Accuracy:P2} of the next tokens");
        if (!double.IsNaN(result.BitsPerByte))
            printer.Field("bits per byte", $"{result.BitsPerByte:F4} over {result.TextBytes:N0} bytes");
        if (result.KeptShare.Any(share => share < 1))
            printer.Field("tokens kept", string.Join(" ", result.KeptShare.Select(share => $"{share:P0}")) + " by block");
    }

    public static object Summary(EvaluationResult result) => new
    {
        result.Loss,
        result.Perplexity,
        Accuracy = double.IsNaN(result.Accuracy) ? (double?)null : result.Accuracy,
        BitsPerByte = double.IsNaN(result.BitsPerByte) ? (double?)null : result.BitsPerByte,
        result.Tokens,
        result.TextBytes,
        result.KeptShare,
    };
}
