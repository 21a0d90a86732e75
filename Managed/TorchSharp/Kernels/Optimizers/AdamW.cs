using System.Runtime.CompilerServices;

namespace TorchSharp.Kernels;

/// <summary>One parameter of an AdamW step: its values, gradient and the two moments, all [Count].</summary>
internal unsafe struct AdamWParameter
{
    public float* Value;
    public float* Gradient;
    public float* Moment1;
    public float* Moment2;
    public long Count;
}

/// <summary>The numbers of an AdamW step.</summary>
/// <param name="LearningRate">η.</param>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">ε, added to the root.</param>
/// <param name="WeightDecay">λ; the value shrinks by η·λ.</param>
/// <param name="Step">The number of this step, from 1.</param>
/// <param name="GradientScale">A factor of the gradients, say of clipping.</param>
internal readonly record struct AdamWSettings(
    float LearningRate, float Beta1, float Beta2, float Epsilon, float WeightDecay, long Step, float GradientScale = 1f);

/// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019): one pass over values, gradients and moments.</summary>
internal static unsafe class AdamW
{
    private const long Grain = 1 << 14;

    public static void Step(float* value, float* gradient, float* moment1, float* moment2, long count, in AdamWSettings settings)
    {
        AdamWParameter parameter = new() { Value = value, Gradient = gradient, Moment1 = moment1, Moment2 = moment2, Count = count };
        Step(new ReadOnlySpan<AdamWParameter>(in parameter), settings);
    }

    /// <summary>One step of several parameters in a single parallel loop.</summary>
    public static void Step(ReadOnlySpan<AdamWParameter> parameters, in AdamWSettings settings)
    {
        long total = 0, numbers = 0;
        foreach (AdamWParameter p in parameters)
        {
            total += (p.Count + Grain - 1) / Grain;
            numbers += p.Count;
        }
        using KernelProfile.Region region = KernelProfile.Measure("adamw", 0, sizeof(float) * 7.0 * numbers);
        fixed (AdamWParameter* first = parameters)
        {
            Body body = new(first, settings);
            SimdLoop.For(total, 1, ref body);
        }
    }

    /// <summary>An item is a stretch of <see cref="Grain"/> numbers of one parameter.</summary>
    private readonly struct Body(AdamWParameter* parameters, AdamWSettings settings) : ISimdBody
    {
        public void Run<S>(long begin, long end)
            where S : struct, ISimd<S>
        {
            AdamWParameter* p = parameters;
            for (long item = begin; item < end; item++)
            {
                long block = item;
                p = parameters;
                for (long blocks = (p->Count + Grain - 1) / Grain; block >= blocks; blocks = (p->Count + Grain - 1) / Grain)
                {
                    block -= blocks;
                    p++;
                }
                long start = block * Grain;
                Update<S>(p->Value + start, p->Gradient + start, p->Moment1 + start, p->Moment2 + start, Math.Min(Grain, p->Count - start));
            }
        }

        [MethodImpl(Jit.Kernel)]
        private void Update<S>(float* value, float* gradient, float* moment1, float* moment2, long count)
            where S : struct, ISimd<S>
        {
            float correction1 = (float)(1.0 - Math.Pow(settings.Beta1, settings.Step));
            float rootCorrection2 = (float)Math.Sqrt(1.0 - Math.Pow(settings.Beta2, settings.Step));
            float keep = 1f - (settings.LearningRate * settings.WeightDecay);
            float rate = settings.LearningRate / correction1;
            S beta1 = S.Of(settings.Beta1), rest1 = S.Of(1f - settings.Beta1);
            S beta2 = S.Of(settings.Beta2), rest2 = S.Of(1f - settings.Beta2);
            S scale = S.Of(settings.GradientScale), epsilon = S.Of(settings.Epsilon);
            S inverseRoot = S.Of(1f / rootCorrection2), keepV = S.Of(keep), rateV = S.Of(-rate);
            long i = 0;
            for (; i + S.Count <= count; i += S.Count)
            {
                S g = S.Load(gradient + i) * scale;
                S m = S.Fma(beta1, S.Load(moment1 + i), rest1 * g);
                S v = S.Fma(beta2, S.Load(moment2 + i), rest2 * g * g);
                m.Store(moment1 + i);
                v.Store(moment2 + i);
                S denominator = S.Fma(S.Sqrt(v), inverseRoot, epsilon);
                S.Fma(rateV, m / denominator, keepV * S.Load(value + i)).Store(value + i);
            }
            for (; i < count; i++)
            {
                float g = gradient[i] * settings.GradientScale;
                float m = moment1[i] = (settings.Beta1 * moment1[i]) + ((1f - settings.Beta1) * g);
                float v = moment2[i] = (settings.Beta2 * moment2[i]) + ((1f - settings.Beta2) * g * g);
                value[i] = (keep * value[i]) - (rate * (m / ((MathF.Sqrt(v) / rootCorrection2) + settings.Epsilon)));
            }
        }
    }
}
