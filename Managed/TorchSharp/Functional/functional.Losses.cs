namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public enum Reduction : long
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static partial class functional
        {
            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean,
                double label_smoothing = 0)
            {
                if (label_smoothing is < 0 or > 1)
                    throw new ArgumentOutOfRangeException(
                        nameof(label_smoothing), $"cross_entropy: expected a share from 0 to 1, found {label_smoothing}.");
                if (TypePromotion.IsFloat(target.dtype))
                    return CrossEntropyOfShares(input, target, weight, reduction, label_smoothing);
                if (input.Impl.Rank == 1)
                    return TensorArena.Compose(() =>
                    {
                        Tensor loss = cross_entropy(
                            input.unsqueeze(0), target.reshape(1), weight, ignore_index, reduction, label_smoothing);
                        return reduction == Reduction.None ? loss.reshape([]) : loss;
                    });
                CheckClasses(input, target, "cross_entropy");
                return TensorArena.Compose(() =>
                {
                    Tensor rows = ClassesLast(input), classes = target.to_type(ScalarType.Int64).reshape(-1);
                    if (weight is null && input.dtype == ScalarType.Float32)
                    {
                        Tensor losses = RowLosses(rows.contiguous(), classes, ignore_index, (float)label_smoothing);
                        return Reduced(losses.reshape(target.Impl.Shape), reduction, () => classes.ne(ignore_index).sum());
                    }
                    Tensor logs = rows.log_softmax(-1);
                    Tensor hard = Picked(logs, classes, weight, ignore_index, out Tensor weights);
                    if (label_smoothing > 0)
                    {
                        Tensor spread = (weight is null ? logs : logs.mul(weight)).sum(-1).neg();
                        spread = where(classes.eq(ignore_index), spread.Zero(), spread);
                        hard = hard.mul(1 - label_smoothing).add(spread.mul(label_smoothing / rows.Impl.Shape[^1]));
                    }
                    return Reduced(hard.reshape(target.Impl.Shape), reduction, () => weights.sum());
                });
            }

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
            {
                CheckClasses(input, target, "nll_loss");
                return TensorArena.Compose(() =>
                {
                    Tensor losses = Picked(
                        ClassesLast(input), target.to_type(ScalarType.Int64).reshape(-1), weight, -100, out Tensor weights);
                    return Reduced(losses.reshape(target.Impl.Shape), reduction, () => weights.sum());
                });
            }

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                TensorArena.Compose(() => Reduced(input.sub(target).square(), reduction));

            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                TensorArena.Compose(() => Reduced(input.sub(target).abs(), reduction));

            public static Tensor binary_cross_entropy_with_logits(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? pos_weights = null) =>
                TensorArena.Compose(() =>
                {
                    // softplus(x) - x·y, which is stable for any x.
                    Tensor positive = input.neg().softplus(), negative = input.softplus();
                    Tensor losses = target.mul(
                        pos_weights is null ? positive : positive.mul(pos_weights)).add(target.neg().add(1).mul(negative));
                    return Reduced(weight is null ? losses : losses.mul(weight), reduction);
                });

            public static Tensor binary_cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean) =>
                TensorArena.Compose(() =>
                {
                    Tensor losses = target.mul(input.log().clamp_min(-100)).add(
                        target.neg().add(1).mul(input.neg().log1p().clamp_min(-100))).neg();
                    return Reduced(weight is null ? losses : losses.mul(weight), reduction);
                });

            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                TensorArena.Compose(() => Reduced(
                    log_target
                        ? target.exp().mul(target.sub(input))
                        : where(target.gt(0), target.mul(target.log().sub(input)), target.Zero()),
                    reduction));

            private static unsafe Tensor RowLosses(Tensor logits, Tensor targets, long ignoreIndex, float labelSmoothing)
            {
                long rows = logits.Impl.Shape[0];
                int classes = checked((int)logits.Impl.Shape[1]);
                Tensor losses = empty(rows), logSums = empty(rows);
                Kernels.CrossEntropy.Forward(
                    logits.FloatPointer, rows, classes, targets.LongPointer, ignoreIndex, labelSmoothing,
                    losses.FloatPointer, logSums.FloatPointer);
                if (!Tape.Needs(logits))
                    return losses;
                SavedTensor?[] saved = [Tape.Save(logits), Tape.Save(targets), Tape.Save(logSums)];
                return Tape.Record(losses, "CrossEntropy", [logits], saved, (n, g) =>
                {
                    Tensor dx = empty(rows, classes), scale = g.contiguous();
                    Kernels.CrossEntropy.Backward(
                        n.Saved(0).FloatPointer, rows, classes, n.Saved(1).LongPointer, ignoreIndex, labelSmoothing,
                        n.Saved(2).FloatPointer, scale.FloatPointer, 1, dx.FloatPointer);
                    return [dx];
                });
            }

            private static Tensor CrossEntropyOfShares(
                Tensor input, Tensor target, Tensor? weight, Reduction reduction, double smoothing) =>
                TensorArena.Compose(() =>
                {
                    int dim = input.Impl.Rank == 1 ? 0 : 1;
                    long classes = input.Impl.Shape[dim];
                    Tensor shares = smoothing > 0 ? target.mul(1 - smoothing).add(smoothing / classes) : target;
                    Tensor logs = input.log_softmax(dim);
                    Tensor losses = shares.mul(weight is null ? logs : logs.mul(AlongDim(weight, input.Impl.Rank, dim))).sum(dim).neg();
                    return reduction == Reduction.Mean ? losses.sum().div(Math.Max(1, losses.numel())) : Reduced(losses, reduction);
                });

            private static Tensor AlongDim(Tensor vector, int rank, int dim)
            {
                var shape = new long[rank];
                Array.Fill(shape, 1);
                shape[dim] = -1;
                return vector.reshape(shape);
            }

            /// <summary>[N, C, ...] as [rows, C].</summary>
            private static Tensor ClassesLast(Tensor input) =>
                input.Impl.Rank == 2 ? input : input.movedim([1], [-1]).reshape(-1, input.Impl.Shape[1]);

            private static Tensor Picked(Tensor logs, Tensor classes, Tensor? weight, long ignoreIndex, out Tensor weights)
            {
                Tensor ignored = classes.eq(ignoreIndex);
                Tensor safe = where(ignored, classes.Zero(), classes);
                Tensor kept = weight is null ? ones(classes.numel(), logs.dtype) : weight.index_select(0, safe);
                weights = where(ignored, kept.Zero(), kept);
                return logs.gather(1, safe.unsqueeze(1)).squeeze(1).mul(weights).neg();
            }

            private static Tensor Reduced(Tensor losses, Reduction reduction, Func<Tensor>? count = null) => reduction switch
            {
                Reduction.None => losses,
                Reduction.Sum => losses.sum(),
                _ => count is null ? losses.mean() : losses.sum().div(count().to_type(losses.dtype)),
            };

            private static void CheckClasses(Tensor input, Tensor target, string operation)
            {
                ReadOnlySpan<long> sizes = input.Impl.Shape;
                bool fits = input.Impl.Rank >= 2 && target.Impl.Shape.AsSpan().SequenceEqual([sizes[0], .. sizes[2..]]);
                if (!fits)
                {
                    throw new ArgumentException(
                        $"{operation}: expected an input [N, C, ...] and a target [N, ...], found {Shapes.Text(sizes)} "
                        + $"and {Shapes.Text(target.Impl.Shape)}.");
                }
            }
        }
    }
}
