using Tef.Backends.Torch.Models;
using Tef.Core.Models;

namespace Tef.Tests.Torch.Architecture;

/// <summary>A GPT-2 of any architecture in plain loops and doubles, without filters: what the modules are held against.</summary>
internal sealed class NaiveGpt2
{
    private readonly Gpt2Options _options;
    private readonly Gpt2Architecture _architecture;
    private readonly Dictionary<string, double[]> _weights;

    public NaiveGpt2(Gpt2Options options, LanguageModule module)
    {
        _options = options;
        _architecture = options.Architecture;
        _weights = module.state_dict().ToDictionary(
            item => item.Key, item => Array.ConvertAll(item.Value.cpu().data<float>().ToArray(), value => (double)value));
    }

    /// <returns>Logits of every position, <c>[T][V]</c>.</returns>
    public double[][] Logits(IReadOnlyList<int> tokens)
    {
        double[][] rows = [.. tokens.Select(Embed)];
        for (int block = 0; block < _options.Layers; block++)
            rows = Block(rows, $"transformer.h.{block}.");
        if (_architecture.NormPlacement != NormPlacement.Post)
            rows = [.. rows.Select(row => Norm(row, "transformer.ln_f"))];
        double[] head = _weights[_architecture.TieHead ? "transformer.wte.weight" : "lm_head.weight"];
        return [.. rows.Select(row => Enumerable.Range(0, _options.VocabularySize)
            .Select(id => Enumerable.Range(0, _options.Width).Sum(c => row[c] * head[(id * _options.Width) + c])).ToArray())];
    }

    private double[] Embed(int token, int position)
    {
        int width = _options.Width;
        double[] row = _weights["transformer.wte.weight"][(token * width)..((token + 1) * width)];
        for (int c = 0; c < width; c++)
        {
            if (_architecture.Positions == PositionEncoding.Learned)
                row[c] += _weights["transformer.wpe.weight"][(position * width) + c];
            if (_architecture.Positions != PositionEncoding.Sinusoidal)
                continue;
            double angle = position / Math.Pow(10_000, 2.0 * (c / 2) / width);
            row[c] = (row[c] * Math.Sqrt(width)) + (c % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
        }
        return row;
    }

    private double[][] Block(double[][] h, string name)
    {
        h = Residual(h, name + "ln_1", rows => Attention(rows, name + "attn."));
        return Residual(h, name + "ln_2", rows => [.. rows.Select(row => FeedForward(row, name + "mlp."))]);
    }

    private double[][] Residual(double[][] h, string norm, Func<double[][], double[][]> layer)
    {
        bool post = _architecture.NormPlacement == NormPlacement.Post;
        double[][] computed = layer(post ? h : [.. h.Select(row => Norm(row, norm))]);
        if (_architecture.NormPlacement == NormPlacement.Both)
            computed = [.. computed.Select(row => Norm(row, norm + "_post"))];
        double[][] sums = [.. h.Zip(computed, (a, b) => a.Zip(b, (x, y) => x + y).ToArray())];
        return post ? [.. sums.Select(row => Norm(row, norm))] : sums;
    }

    private double[] Norm(double[] row, string name)
    {
        double[] weight = _weights[name + ".weight"];
        double mean = _architecture.Norm == NormKind.LayerNorm ? row.Average() : 0;
        double scale = 1 / Math.Sqrt(row.Average(x => (x - mean) * (x - mean)) + _options.LayerNormEpsilon);
        return [.. row.Select((x, c) => ((x - mean) * scale * weight[c]) + _weights.GetValueOrDefault(name + ".bias", new double[row.Length])[c])];
    }

    private double[] Linear(double[] row, string name)
    {
        double[] weight = _weights[name + ".weight"];
        int outputs = weight.Length / row.Length;
        double[] bias = _weights.GetValueOrDefault(name + ".bias", new double[outputs]);
        return [.. Enumerable.Range(0, outputs).Select(o => bias[o] + row.Select((x, i) => x * weight[(i * outputs) + o]).Sum())];
    }

    private double[][] Attention(double[][] rows, string name)
    {
        int size = _options.Width / _options.Heads;
        int groups = _architecture.KeyValueHeads == 0 ? _options.Heads : _architecture.KeyValueHeads;
        double[][] qkv = [.. rows.Select(row => Linear(row, name + "c_attn"))];
        double[][] results = [.. rows.Select(_ => new double[_options.Width])];
        for (int head = 0; head < _options.Heads; head++)
        {
            int group = head / (_options.Heads / groups);
            double[][] q = Parts(head), k = Parts(_options.Heads + group), v = Parts(_options.Heads + groups + group);
            if (_architecture.Positions == PositionEncoding.Rotary)
                (q, k) = ([.. q.Select(Rotate)], [.. k.Select(Rotate)]);
            for (int t = 0; t < rows.Length; t++)
            {
                double[] weights = [.. Enumerable.Range(0, t + 1).Select(s => Math.Exp(Dot(q[t], k[s]) / Math.Sqrt(size)))];
                double sum = weights.Sum();
                for (int d = 0; d < size; d++)
                    results[t][(head * size) + d] = Enumerable.Range(0, t + 1).Sum(s => weights[s] / sum * v[s][d]);
            }
        }
        return [.. results.Select(row => Linear(row, name + "c_proj"))];

        double[][] Parts(int index) => [.. qkv.Select(row => row[(index * size)..((index + 1) * size)])];
    }

    private double[] Rotate(double[] head, int position)
    {
        int half = head.Length / 2;
        var result = new double[head.Length];
        for (int i = 0; i < half; i++)
        {
            double angle = position * Math.Pow(_architecture.RotaryBase, -2.0 * i / head.Length);
            result[i] = (head[i] * Math.Cos(angle)) - (head[i + half] * Math.Sin(angle));
            result[i + half] = (head[i] * Math.Sin(angle)) + (head[i + half] * Math.Cos(angle));
        }
        return result;
    }

    private double[] FeedForward(double[] row, string name)
    {
        double[] linear = Linear(row, name + "c_fc");
        int half = linear.Length / 2;
        double[] inner = _architecture.Activation switch
        {
            FeedForwardActivation.Relu => [.. linear.Select(x => Math.Max(0, x))],
            FeedForwardActivation.SwiGlu => [.. linear[..half].Zip(linear[half..], (gate, up) => gate / (1 + Math.Exp(-gate)) * up)],
            FeedForwardActivation.Gelu => [.. linear.Select(x => x * NormalDistribution(x))],
            _ => [.. linear.Select(x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))))],
        };
        return Linear(inner, name + "c_proj");
    }

    /// <summary>Φ(x) by Simpson's rule.</summary>
    private static double NormalDistribution(double x)
    {
        const int steps = 200;
        double width = x / steps, sum = 0;
        for (int i = 0; i <= steps; i++)
            sum += (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Exp(-0.5 * i * width * i * width);
        return 0.5 + (sum * width / 3 / Math.Sqrt(2 * Math.PI));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
