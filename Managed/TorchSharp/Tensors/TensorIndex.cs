namespace TorchSharp;

public static partial class torch
{
    public struct TensorIndex
    {
        internal enum Kind
        {
            None,
            Single,
            Slice,
            Bool,
            Tensor,
            Ellipsis,
            Null,
        }

        public static TensorIndex Ellipsis = new() { Type = Kind.Ellipsis };
        public static TensorIndex None = new() { Type = Kind.None };
        public static TensorIndex Null = new() { Type = Kind.Null };
        public static TensorIndex Colon = new() { Type = Kind.Slice };

        internal Kind Type { get; private init; }

        internal long? Start { get; private init; }

        internal long? Stop { get; private init; }

        internal long? Step { get; private init; }

        internal Tensor? Values { get; private init; }

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { Type = Kind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice((int?, int?) range) => Slice(range.Item1, range.Item2);

        public static TensorIndex Slice(Range range) => Slice(From(range.Start, false), From(range.End, true));

        public static TensorIndex Bool(bool value) => new() { Type = Kind.Bool, Start = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => new() { Type = Kind.Single, Start = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { Type = Kind.Tensor, Values = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Index index) => Single(From(index, false));

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int?, int?) range) => Slice(range);

        // '^0' as an end means "to the last element", which is what a missing stop says.
        private static long? From(Index index, bool end) =>
            !index.IsFromEnd ? index.Value : index.Value == 0 && end ? null : -index.Value;
    }
}
