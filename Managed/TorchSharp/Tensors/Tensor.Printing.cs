using System.Globalization;
using System.Text;

namespace TorchSharp;

public enum TensorStringStyle
{
    Metadata = 0,
    Julia = 1,
    Numpy = 2,
    CSharp = 3,
    Default = 4,
}

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Dimensions longer than this show their first and last three elements.</summary>
        private const int LongestRow = 10;

        public override string ToString() =>
            impl is null ? "(disposed)" : $"{Shapes.Text(Impl.Shape)}, type = {Impl.DType}, device = cpu";

        public string ToString(
            TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
        {
            if (style == TensorStringStyle.Metadata)
                return ToString();
            var text = new StringBuilder();
            Print(text, 0, Impl.Offset, fltFormat ?? "g5", cultureInfo ?? CultureInfo.InvariantCulture, newLine ?? Environment.NewLine);
            return text.ToString();
        }

        public string ToString(
            bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null) =>
            disamb ? ToString(TensorStringStyle.Numpy, fltFormat, width, cultureInfo, newLine) : ToString();

        private void Print(StringBuilder text, int dim, long place, string format, CultureInfo culture, string newLine)
        {
            if (dim == Impl.Rank)
            {
                Scalar number = NumberAt(place);
                text.Append(TypePromotion.IsFloat(Impl.DType) ? number.Real.ToString(format, culture) : number.ToString());
                return;
            }
            long size = Impl.Shape[dim];
            text.Append('[');
            for (long i = 0; i < size; i++)
            {
                if (i > 0)
                    text.Append(dim == Impl.Rank - 1 ? " " : newLine + new string(' ', dim + 1));
                if (size > LongestRow && i == 3)
                {
                    text.Append("...");
                    i = size - 4;
                    continue;
                }
                Print(text, dim + 1, place + (i * Impl.Strides[dim]), format, culture, newLine);
            }
            text.Append(']');
        }
    }
}
