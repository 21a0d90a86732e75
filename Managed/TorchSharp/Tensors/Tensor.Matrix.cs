namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor mm(Tensor target)
        {
            CheckMatrices(this, target, "mm");
            var result = new Tensor(MatrixProduct.Multiply(Impl, target.Impl));
            if (!Tape.Needs(this, target))
                return result;
            bool left = Impl.RequiresGrad, right = target.Impl.RequiresGrad;
            // A gradient laid out like its matrix is contiguous again behind the transpose that the matrix came through.
            bool isTransposed = target.Impl.Strides[0] == 1 && target.Impl.Shape[1] > 1;
            return Tape.Record(result, "Mm", [this, target], [Tape.Save(target, left), Tape.Save(this, right)], (n, g) =>
            [
                n.Needs(0) ? g.mm(n.Saved(0).t()) : null,
                !n.Needs(1) ? null : isTransposed ? g.t().mm(n.Saved(1)).t() : WeightGradient(n, 1, n.Saved(1).t(), g),
            ]);
        }

        public Tensor bmm(Tensor batch2)
        {
            if (Impl.Rank != 3 || batch2.Impl.Rank != 3 || Impl.Shape[0] != batch2.Impl.Shape[0] || Impl.Shape[2] != batch2.Impl.Shape[1])
                throw new ArgumentException($"bmm: shapes {Shapes.Text(Impl.Shape)} and {Shapes.Text(batch2.Impl.Shape)} do not multiply.");
            CheckTypes(this, batch2, "bmm");
            var result = new Tensor(MatrixProduct.Batched(Impl, batch2.Impl));
            if (!Tape.Needs(this, batch2))
                return result;
            bool left = Impl.RequiresGrad, right = batch2.Impl.RequiresGrad;
            return Tape.Record(result, "Bmm", [this, batch2], [Tape.Save(batch2, left), Tape.Save(this, right)], static (n, g) =>
            [
                n.Needs(0) ? g.bmm(n.Saved(0).transpose(1, 2)) : null,
                n.Needs(1) ? n.Saved(1).transpose(1, 2).bmm(g) : null,
            ]);
        }

        public Tensor mv(Tensor target) => TensorArena.Compose(() => mm(target.unsqueeze(1)).squeeze(1));

        public Tensor dot(Tensor target)
        {
            if (Impl.Rank != 1 || target.Impl.Rank != 1)
                throw new ArgumentException(
                    $"dot: expected two vectors, found shapes {Shapes.Text(Impl.Shape)} and {Shapes.Text(target.Impl.Shape)}.");
            return TensorArena.Compose(() => mul(target).sum());
        }

        public Tensor outer(Tensor vec2) => TensorArena.Compose(() => unsqueeze(1).mul(vec2.unsqueeze(0)));

        public Tensor matmul(Tensor target)
        {
            int a = Impl.Rank, b = target.Impl.Rank;
            if (a == 0 || b == 0)
                throw new ArgumentException("matmul: tensors without dimensions do not multiply, use mul().");
            if (a == 2 && b == 2)
                return mm(target);
            if (a == 1 && b == 1)
                return dot(target);
            return TensorArena.Compose(() =>
            {
                if (a == 1)
                    return unsqueeze(0).matmul(target).squeeze(-2);
                if (b == 1)
                    return matmul(target.unsqueeze(1)).squeeze(-1);
                if (b == 2)
                {
                    // One matrix for the whole batch: its rows together make one tall matrix.
                    return reshape(-1, Impl.Shape[^1]).mm(target).reshape([.. Impl.Shape[..^1], target.Impl.Shape[1]]);
                }
                long[] batch = Shapes.Broadcast(Impl.Shape.AsSpan()[..^2], target.Impl.Shape.AsSpan()[..^2]);
                Tensor left = Expand([.. batch, .. Impl.Shape[^2..]]).reshape([-1, .. Impl.Shape[^2..]]);
                Tensor right = target.Expand([.. batch, .. target.Impl.Shape[^2..]]).reshape([-1, .. target.Impl.Shape[^2..]]);
                return left.bmm(right).reshape([.. batch, Impl.Shape[^2], target.Impl.Shape[^1]]);
            });
        }

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1)
        {
            CheckMatrices(mat1, mat2, "addmm");
            bool isBias = Impl.Rank == 1 && Impl.Shape[0] == mat2.Impl.Shape[1] && beta == 1 && alpha == 1;
            return isBias && Impl.DType == ScalarType.Float32 && mat1.Impl.DType == ScalarType.Float32
                ? mat1.Affine(mat2, this, transposed: false)
                : TensorArena.Compose(() => mul(beta).add(mat1.mm(mat2).mul(alpha)));
        }

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            TensorArena.Compose(() => mul(beta).add(batch1.bmm(batch2).mul(alpha)));

        /// <summary>
        /// Rows times a weight matrix plus a bias, as one node whose gradients for weight and bias go straight into the leaves.
        /// </summary>
        /// <param name="weight">[k, n], or [n, k] if <paramref name="transposed"/>.</param>
        /// <param name="bias">[n] or null.</param>
        /// <param name="transposed">Whether the weight lies as nn.Linear keeps it.</param>
        internal unsafe Tensor Affine(Tensor weight, Tensor? bias, bool transposed)
        {
            TensorImpl w = transposed ? Flipped(weight.Impl) : weight.Impl.AddReference();
            TensorImpl y = TensorImpl.Allocate([Impl.Shape[0], w.Shape[1]], Impl.DType);
            TensorImpl? b = bias is null ? null : Elementwise.Contiguous(bias.Impl, ScalarType.Float32);
            MatrixProduct.Into(y, Impl, w, accumulate: false, b is null ? null : b.As<float>());
            b?.Release();
            w.Release();
            var result = new Tensor(y);
            if (!Tape.Needs(this, weight, bias))
                return result;
            bool saveWeight = Impl.RequiresGrad, saveInput = weight.Impl.RequiresGrad;
            SavedTensor?[] saved = [Tape.Save(weight, saveWeight), Tape.Save(this, saveInput)];
            return Tape.Record(result, "Affine", [this, weight, bias], saved, (n, g) =>
            {
                Tensor? input = n.Needs(0) ? g.mm(transposed ? n.Saved(0) : n.Saved(0).t()) : null;
                Tensor? ofWeight = !n.Needs(1) ? null
                    : transposed ? WeightGradient(n, 1, g.t(), n.Saved(1)) : WeightGradient(n, 1, n.Saved(1).t(), g);
                return [input, ofWeight, n.Needs(2) ? BiasGradient(n, 2, g) : null];
            });
        }

        /// <summary>The product a·b, added to the gradient of a leaf where there is one, else returned.</summary>
        internal static unsafe Tensor? WeightGradient(Node node, int input, Tensor a, Tensor b)
        {
            if (!node.TryGetSink(input, out TensorImpl sink, out bool isNew))
                return a.mm(b);
            MatrixProduct.Into(sink, a.Impl, b.Impl, accumulate: !isNew);
            return null;
        }

        /// <summary>The sum over rows, added to the gradient of a leaf where there is one, else returned.</summary>
        internal static unsafe Tensor? BiasGradient(Node node, int input, Tensor g)
        {
            if (g.Impl.DType != ScalarType.Float32 || !node.TryGetSink(input, out TensorImpl sink, out bool isNew))
                return g.sum([0]);
            TensorImpl rows = Elementwise.Contiguous(g.Impl, ScalarType.Float32);
            Kernels.ColumnSums.Run(
                rows.As<float>(), rows.Shape[1], rows.Shape[0], (int)rows.Shape[1], sink.As<float>(), accumulate: !isNew);
            rows.Release();
            return null;
        }

        private static TensorImpl Flipped(TensorImpl matrix) =>
            matrix.Window(matrix.Offset, [matrix.Shape[1], matrix.Shape[0]], [matrix.Strides[1], matrix.Strides[0]]);

        private static void CheckMatrices(Tensor a, Tensor b, string operation)
        {
            if (a.Impl.Rank != 2 || b.Impl.Rank != 2 || a.Impl.Shape[1] != b.Impl.Shape[0])
                throw new ArgumentException(
                    $"{operation}: shapes {Shapes.Text(a.Impl.Shape)} and {Shapes.Text(b.Impl.Shape)} do not multiply.");
            CheckTypes(a, b, operation);
        }

        private static void CheckTypes(Tensor a, Tensor b, string operation)
        {
            if (a.Impl.DType != b.Impl.DType)
                throw new ArgumentException($"{operation}: expected one element type, found {a.Impl.DType} and {b.Impl.DType}.");
        }
    }

    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => input.addmm(mat1, mat2, beta, alpha);

    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
        input.baddbmm(batch1, batch2, beta, alpha);

    public static Tensor dot(Tensor input, Tensor other) => input.dot(other);

    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);
}
