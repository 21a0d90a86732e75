namespace TorchSharp;

public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Pads with a number; counts come in pairs (before, after), the last dimension first. Negative counts crop.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                if (mode is not (PaddingModes.Constant or PaddingModes.Zeros))
                    throw new NotSupportedException($"pad: the managed engine pads with numbers only, found mode {mode}.");
                if (pad.Length % 2 != 0 || pad.Length / 2 > input.Impl.Rank)
                    throw new ArgumentException($"pad: {pad.Length} counts do not fit shape {Shapes.Text(input.Impl.Shape)}.", nameof(pad));
                return TensorArena.Compose(() =>
                {
                    Tensor result = input;
                    for (int i = 0; i < pad.Length; i += 2)
                        result = result.Padded(input.Impl.Rank - 1 - (i / 2), pad[i], pad[i + 1], value);
                    return result.contiguous();
                });
            }

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);
        }
    }

    public partial class Tensor
    {
        internal Tensor Padded(int dim, long before, long after, double value)
        {
            long cropped = Math.Max(0, -before);
            Tensor middle = narrow(dim, cropped, Impl.Shape[dim] - cropped - Math.Max(0, -after));
            return cat([Band(dim, before, value), middle, Band(dim, after, value)], dim);
        }

        private Tensor Band(int dim, long size, double value)
        {
            long[] band = shape;
            band[dim] = Math.Max(0, size);
            return full(band, value, Impl.DType);
        }
    }
}
