namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null)
            {
                long features = input.Impl.Rank == 0 ? 1 : input.Impl.Shape[^1];
                if (weights.Impl.Rank != 2 || weights.Impl.Shape[1] != features)
                {
                    throw new ArgumentException(
                        $"linear: weights of shape {Shapes.Text(weights.Impl.Shape)} do not take "
                        + $"inputs of shape {Shapes.Text(input.Impl.Shape)}.");
                }
                if (input.dtype != ScalarType.Float32 || weights.dtype != ScalarType.Float32)
                    return TensorArena.Compose(() => bias is null ? input.matmul(weights.t()) : input.matmul(weights.t()).add(bias));
                if (input.Impl.Rank == 2)
                    return input.Affine(weights, bias, transposed: true);
                return TensorArena.Compose(() =>
                    input.reshape(-1, features).Affine(weights, bias, transposed: true).reshape(
                        [.. input.Impl.Shape[..^1], weights.Impl.Shape[0]]));
            }

            public static unsafe Tensor layer_norm(
                Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05)
            {
                int dims = normalized_shape.Length;
                if (dims == 0 || dims > input.Impl.Rank || !input.Impl.Shape.AsSpan()[^dims..].SequenceEqual(normalized_shape))
                {
                    throw new ArgumentException(
                        $"layer_norm: shape {Shapes.Text(input.Impl.Shape)} does not end in {Shapes.Text(normalized_shape)}.",
                        nameof(normalized_shape));
                }
                foreach (Tensor? parameter in (ReadOnlySpan<Tensor?>)[weight, bias])
                {
                    if (parameter is not null && !parameter.Impl.Shape.AsSpan().SequenceEqual(normalized_shape))
                        throw Mismatch(parameter, normalized_shape);
                }
                if (input.dtype != ScalarType.Float32)
                    return SlowLayerNorm(input, normalized_shape, weight, bias, eps);
                int width = checked((int)Shapes.Count(normalized_shape));
                TensorImpl x = Elementwise.Contiguous(input.Impl, ScalarType.Float32), y = TensorImpl.Allocate(x.Shape, ScalarType.Float32);
                long rows = width == 0 ? 0 : x.Count / width;
                bool recorded = Fused.Needs(input, weight, bias);
                TensorImpl? statistics = recorded ? TensorImpl.Allocate([2, rows], ScalarType.Float32) : null;
                using var w = new FloatOperand(weight);
                using var b = new FloatOperand(bias);
                float* mean = statistics is null ? null : statistics.As<float>();
                Kernels.LayerNorm.Forward(
                    x.As<float>(), w.Data, b.Data, (float)eps, y.As<float>(), mean, mean == null ? null : mean + rows, rows, width);
                x.Release();
                var result = new Tensor(y);
                if (statistics is null)
                    return result;
                SavedTensor?[] saved = [Tape.Save(input), new SavedTensor(statistics), Tape.Save(weight)];
                statistics.Release();
                return Tape.Record(result, "LayerNorm", [input, weight, bias], saved, (n, g) => LayerNormBackward(n, g, rows, width));
            }

            /// <summary>Rows of a table by index: [..] and [rows, width] to [.., width].</summary>
            internal static unsafe Tensor Embed(Tensor indices, Tensor table, long padding = -1)
            {
                if (indices.dtype is not (ScalarType.Int64 or ScalarType.Int32))
                    throw new ArgumentException($"embedding: expected indices of type Int64, found {indices.dtype}.", nameof(indices));
                if (table.dtype != ScalarType.Float32)
                    return TensorArena.Compose(
                        () => table.index_select(0, indices.reshape(-1)).reshape([.. indices.Impl.Shape, table.Impl.Shape[1]]));
                TensorImpl ids = Elementwise.Contiguous(
                    indices.Impl, ScalarType.Int64), w = Elementwise.Contiguous(table.Impl, ScalarType.Float32);
                int width = checked((int)w.Shape[1]);
                TensorImpl y = TensorImpl.Allocate([.. indices.Impl.Shape, width], ScalarType.Float32);
                Kernels.Embedding.Gather(w.As<float>(), w.Shape[0], width, ids.As<long>(), ids.Count, y.As<float>());
                w.Release();
                var result = new Tensor(y);
                if (Tape.Needs(table))
                {
                    Tape.Record(result, "Embedding", [table], [new SavedTensor(ids)], (n, g) =>
                    {
                        Tensor dy = g.contiguous();
                        Tensor saved = n.Saved(0);
                        long rows = n.Edges[0].Shape[0];
                        bool direct = n.TryGetSink(0, out TensorImpl sink, out bool isNew);
                        Tensor? gradient = direct ? null : zeros(n.Edges[0].Shape);
                        if (direct && isNew)
                            Elementwise.Fill(sink, 0);
                        float* target = gradient is null ? sink.As<float>() : gradient.FloatPointer;
                        Kernels.Embedding.ScatterAdd(target, rows, width, saved.LongPointer, saved.numel(), dy.FloatPointer, padding);
                        return [gradient];
                    });
                }
                ids.Release();
                return result;
            }

            private static unsafe Tensor?[] LayerNormBackward(Node n, Tensor g, long rows, int width)
            {
                Tensor dy = g.contiguous(), x = n.Saved(0).contiguous(), statistics = n.Saved(1);
                // The weight may be absent; its saved slot is then empty and is not asked for.
                Tensor? weight = n.HasSaved(2) ? n.Saved(2).contiguous() : null;
                Tensor? dx = n.Needs(0) ? empty(n.Edges[0].Shape) : null;
                Tensor? ofWeight = ParameterGradient(n, 1, out float* dWeight), ofBias = ParameterGradient(n, 2, out float* dBias);
                float* mean = statistics.FloatPointer;
                Kernels.LayerNorm.Backward(
                    dy.FloatPointer, x.FloatPointer, weight is null ? null : weight.FloatPointer, mean, mean + rows,
                    dx is null ? null : dx.FloatPointer, dWeight, dBias, rows, width);
                return [dx, ofWeight, ofBias];
            }

            private static unsafe Tensor? ParameterGradient(Node n, int input, out float* target)
            {
                target = null;
                if (!n.Needs(input))
                    return null;
                if (n.TryGetSink(input, out TensorImpl sink, out bool isNew))
                {
                    if (isNew)
                        Elementwise.Fill(sink, 0);
                    target = sink.As<float>();
                    return null;
                }
                Tensor gradient = zeros(n.Edges[input].Shape);
                target = gradient.FloatPointer;
                return gradient;
            }

            private static ArgumentException Mismatch(Tensor parameter, long[] expected) => new(
                $"layer_norm: expected parameters of shape {Shapes.Text(expected)}, found {Shapes.Text(parameter.Impl.Shape)}.");

            private static Tensor SlowLayerNorm(Tensor input, long[] shape, Tensor? weight, Tensor? bias, double eps) =>
                TensorArena.Compose(() =>
            {
                long[] dims = [.. Enumerable.Range(1, shape.Length).Select(d => -(long)d)];
                Tensor centered = input.sub(input.mean(dims, keepdim: true));
                Tensor y = centered.mul(centered.square().mean(dims, keepdim: true).add(eps).rsqrt());
                y = weight is null ? y : y.mul(weight);
                return bias is null ? y : y.add(bias);
            });

            /// <summary>A contiguous Float32 form of an optional tensor, for as long as a kernel runs.</summary>
            private readonly unsafe ref struct FloatOperand
            {
                private readonly TensorImpl? held;

                internal FloatOperand(Tensor? tensor)
                {
                    held = tensor is null ? null : Elementwise.Contiguous(tensor.Impl, ScalarType.Float32);
                    Data = held is null ? null : held.As<float>();
                }

                internal float* Data { get; }

                public void Dispose() => held?.Release();
            }
        }
    }
}
