namespace TorchSharp.Kernels;

/// <summary>
/// A weight matrix stored as bfloat16, or as int8 with a scale per output, for products with activations in float32. Either
/// layout of the source becomes rows of one output each, so that a product with few rows is a dot product per output.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    /// <summary>Rows of activations up to which weights are read in place; more go through blocks of floats and GEMM.</summary>
    public const int FewRows = 8;

    /// <summary>Weights per task.</summary>
    private const int Grain = 1 << 16;

    /// <summary>Outputs that are widened to floats together.</summary>
    private const int BlockOutputs = 2048;

    private readonly int _inputs;
    private readonly int _outputs;
    private byte* _weights;
    private float* _scales;

    /// <param name="source">Floats, contiguous.</param>
    /// <param name="outputsFirst">The source is [outputs, inputs] instead of [inputs, outputs].</param>
    /// <param name="inputs">Length of the sums.</param>
    /// <param name="outputs">Results per row.</param>
    /// <param name="int8">Stores int8 instead of bfloat16.</param>
    public PackedWeights(float* source, bool outputsFirst, int inputs, int outputs, bool int8)
    {
        _inputs = inputs;
        _outputs = outputs;
        Bytes = ((long)inputs * outputs * (int8 ? sizeof(sbyte) : sizeof(ushort))) + (int8 ? outputs * sizeof(float) : 0L);
        _weights = (byte*)NativePool.Rent((long)inputs * outputs * (int8 ? sizeof(sbyte) : sizeof(ushort)));
        _scales = int8 ? NativePool.RentFloats(outputs) : null;
        WeightPacking body = new()
        {
            Source = source,
            OutputsFirst = outputsFirst,
            Inputs = inputs,
            Outputs = outputs,
            Target = _weights,
            Scales = _scales,
        };
        SimdLoop.For(outputs, WeightPacking.Group, ref body);
    }

    ~PackedWeights() => Free();

    /// <summary>Bytes of weights and scales.</summary>
    public long Bytes { get; }

    /// <summary>y = x·W + bias, then GELU (tanh form) if asked for.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="rows">Rows.</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="geluTanh">Applies the activation.</param>
    /// <param name="y">[rows, outputs].</param>
    public void Multiply(float* x, int rows, float* bias, bool geluTanh, float* y)
    {
        ObjectDisposedException.ThrowIf(_weights is null, this);
        using KernelProfile.Region region = rows <= FewRows
            ? KernelProfile.Measure("matrix-vector, stored weights", 2.0 * rows * _inputs * _outputs, Bytes)
            : KernelProfile.Measure("widening of stored weights", 0, 3.0 * Bytes);
        if (_scales is null)
            Multiply<BFloat16Weights>(x, rows, bias, geluTanh, y);
        else
            Multiply<Int8Weights>(x, rows, bias, geluTanh, y);
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Multiply<TFormat>(float* x, int rows, float* bias, bool geluTanh, float* y)
        where TFormat : struct, IWeightFormat
    {
        if (rows > FewRows)
        {
            MultiplyManyRows<TFormat>(x, rows, bias, geluTanh, y);
            return;
        }
        RowDots<TFormat> body = new()
        {
            X = x,
            InputStride = _inputs,
            Weights = _weights,
            WeightStride = _inputs,
            Scales = _scales,
            Bias = bias,
            Y = y,
            OutputStride = _outputs,
            Rows = rows,
            Inputs = _inputs,
            Outputs = _outputs,
            GeluTanh = geluTanh,
        };
        body.Run();
    }

    private void MultiplyManyRows<TFormat>(float* x, int rows, float* bias, bool geluTanh, float* y)
        where TFormat : struct, IWeightFormat
    {
        float* block = NativePool.RentFloats((long)Math.Min(BlockOutputs, _outputs) * _inputs);
        for (int first = 0; first < _outputs; first += BlockOutputs)
        {
            int count = Math.Min(BlockOutputs, _outputs - first);
            byte* weights = _weights + ((long)first * _inputs * TFormat.Bytes);
            Widening<TFormat> body = new(weights, _scales is null ? null : _scales + first, _inputs, block);
            SimdLoop.For(count, Math.Max(4, Grain / Math.Max(1, _inputs)), ref body);
            Gemm.Multiply(
                false, true, rows, count, _inputs, x, _inputs, block, _inputs, 0f, y + first, _outputs, 1f,
                new GemmEpilogue { Bias = bias is null ? null : bias + first, GeluTanh = geluTanh });
        }
        NativePool.Return(block);
    }

    private void Free()
    {
        NativePool.Return(_weights);
        NativePool.Return(_scales);
        _weights = null;
        _scales = null;
    }

    /// <summary>Rows of weights as floats. An item is a row.</summary>
    private readonly struct Widening<TFormat>(byte* weights, float* scales, int inputs, float* target) : ISimdBody
        where TFormat : struct, IWeightFormat
    {
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            for (long j = begin; j < end; j++)
            {
                byte* w = weights + (j * inputs * TFormat.Bytes);
                float* row = target + (j * inputs);
                float scale = scales is null ? 1f : scales[j];
                S factor = S.Of(scale);
                int p = 0;
                for (; p + S.Count <= inputs; p += S.Count)
                    (factor * TFormat.Load<S>(w + ((long)p * TFormat.Bytes))).Store(row + p);
                for (; p < inputs; p++)
                    row[p] = scale * TFormat.Read(w + ((long)p * TFormat.Bytes));
            }
        }
    }
}
