using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter, 2019); one pass over all parameters of a group.</summary>
    public class AdamW : OptimizerHelper, optim.IBetas
    {
        private readonly Options defaults;

        public AdamW(
            IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : this([new ParamGroup(parameters, new Options())], lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)
        {
        }

        public AdamW(
            IEnumerable<ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters)
        {
            AdamStep.Check(lr, beta1, beta2, eps, weight_decay, amsgrad);
            defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                beta1 = beta1,
                beta2 = beta2,
                eps = eps,
                weight_decay = weight_decay,
                amsgrad = amsgrad,
                maximize = maximize,
            };
            foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
                Complete(group.Options);
        }

        public (double, double) Betas
        {
            get => ((ParamGroup)_parameter_groups[0]).Betas;
            set
            {
                foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
                    group.Betas = value;
            }
        }

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            Complete(((ParamGroup)param_group).Options);
            base.add_param_group(param_group);
        }

        public override Tensor? step(Func<Tensor>? closure = null)
        {
            Tensor? loss = base.step(closure);
            using var batch = new AdamStep();
            foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
            {
                Options o = group.Options;
                batch.Run(
                    group.Parameters.Select(p => (p, (IAdamMoments)StateFor(p))),
                    new AdamRule(
                        group.LearningRate, o.beta1!.Value, o.beta2!.Value, o.eps!.Value, o.weight_decay!.Value, true, o.maximize!.Value));
            }
            return loss;
        }

        private protected override OptimizerState StateFor(Parameter parameter) => StateOf(parameter, static p => new State(p));

        private void Complete(Options o)
        {
            o.LearningRate ??= defaults.LearningRate;
            o.InitialLearningRate = o.LearningRate!.Value;
            o.beta1 ??= defaults.beta1;
            o.beta2 ??= defaults.beta2;
            o.eps ??= defaults.eps;
            o.weight_decay ??= defaults.weight_decay;
            o.amsgrad ??= defaults.amsgrad;
            o.maximize ??= defaults.maximize;
            AdamStep.Check(o.LearningRate.Value, o.beta1!.Value, o.beta2!.Value, o.eps!.Value, o.weight_decay!.Value, o.amsgrad!.Value);
        }

        public class Options : OptimizerOptions
        {
            public double? beta1;
            public double? beta2;
            public double? eps;
            public double? weight_decay;
            public bool? amsgrad;
            public bool? maximize;

            public Options()
            {
            }
        }

        public class ParamGroup : ParamGroup<Options>, optim.IBetas
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false)
                : base(parameters, new Options
                {
                    LearningRate = lr,
                    beta1 = beta1,
                    beta2 = beta2,
                    eps = eps,
                    weight_decay = weight_decay,
                    amsgrad = amsgrad,
                    maximize = maximize,
                })
            {
            }

            public (double, double) Betas
            {
                get => (Options.beta1 ?? 0.9, Options.beta2 ?? 0.999);
                set => (Options.beta1, Options.beta2) = value;
            }
        }

        public sealed class State : OptimizerState, IDisposable, IAdamMoments
        {
            public long step;
            public Tensor exp_avg;
            public Tensor exp_avg_sq;

            public State(Parameter parameter)
                : base(parameter)
            {
                exp_avg = OptimizerHelper.Zeros(parameter);
                exp_avg_sq = OptimizerHelper.Zeros(parameter);
            }

            ref long IAdamMoments.Step => ref step;

            Tensor IAdamMoments.First => exp_avg;

            Tensor IAdamMoments.Second => exp_avg_sq;

            public override void Initialize(OptimizerOptions options)
            {
                step = 0;
                exp_avg.zero_();
                exp_avg_sq.zero_();
            }

            public void Dispose()
            {
                exp_avg.Dispose();
                exp_avg_sq.Dispose();
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static AdamW AdamW(
                IEnumerable<Parameter> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(
                IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999,
                double eps = 1E-08, double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);

            public static AdamW AdamW(
                IEnumerable<AdamW.ParamGroup> parameters, double lr = 0.001, double beta1 = 0.9, double beta2 = 0.999, double eps = 1E-08,
                double weight_decay = 0, bool amsgrad = false, bool maximize = false) =>
                new(parameters, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize);
        }
    }
}
