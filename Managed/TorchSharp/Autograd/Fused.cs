using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>
/// The door for operations that exist in this engine only: the caller computes the result with kernels and says how gradients flow
/// back. Temporaries of <c>backward</c> end with it, and its returned tensors are all that is kept. Values that it needs are given
/// as <c>saved</c>, freed as soon as the backward pass has gone by, or with the last tensor that leads here.
/// </summary>
internal static class Fused
{
    internal static Tensor Record(
        Tensor result, Tensor[] inputs, Func<Tensor, Tensor?[]> backward, string name = "Fused") =>
        Record(result, inputs, [], (_, gradient) => backward(gradient), name);

    internal static Tensor Record(
        Tensor result, Tensor?[] inputs, Tensor?[] saved, Func<Node, Tensor, Tensor?[]> backward, string name = "Fused") =>
        Needs(inputs)
            ? Tape.Record(result, name, inputs, Array.ConvertAll(saved, value => Tape.Save(value)), backward)
            : result;

    internal static void Record(
        Tensor[] results, Tensor?[] inputs, Tensor?[] saved, Func<Node, Tensor?[], Tensor?[]> backward, string name = "Fused")
    {
        if (Needs(inputs))
            Tape.RecordMany(results, name, inputs, Array.ConvertAll(saved, value => Tape.Save(value)), backward);
    }

    /// <summary>Whether the operation will be recorded, so that a forward pass can leave out what only the gradient needs.</summary>
    internal static bool Needs(params ReadOnlySpan<Tensor?> inputs)
    {
        foreach (Tensor? input in inputs)
        {
            if (input is not null && Tape.Needs(input))
                return true;
        }
        return false;
    }
}
