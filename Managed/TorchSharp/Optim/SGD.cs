using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Gradient descent with optional momentum (Sutskever et al., 2013).</summary>
    public class SGD : OptimizerHelper, optim.IMomentum
    {
        private readonly Options defaults;

        public SGD(
            IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
            : this([new ParamGroup(parameters, new Options())], lr, momentum, dampening, weight_decay, nesterov, maximize)
        {
        }

        public SGD(
            IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
            : base(parameters)
        {
            if (lr < 0)
                throw new ArgumentException($"Invalid learning rate: expected at least 0, found {lr}.", nameof(lr));
            if (nesterov && (momentum <= 0 || dampening != 0))
                throw new ArgumentException("Nesterov momentum needs a momentum and no dampening.", nameof(nesterov));
            defaults = new Options
            {
                LearningRate = lr,
                InitialLearningRate = lr,
                momentum = momentum,
                dampening = dampening,
                weight_decay = weight_decay,
                nesterov = nesterov,
                maximize = maximize,
            };
            foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
                Complete(group.Options);
        }

        public double Momentum
        {
            get => ((ParamGroup)_parameter_groups[0]).Momentum;
            set
            {
                foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
                    group.Momentum = value;
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
            using (no_grad())
            {
                foreach (ParamGroup group in _parameter_groups.Cast<ParamGroup>())
                {
                    foreach (Parameter parameter in group.Parameters)
                        Update(parameter, group);
                }
            }
            return loss;
        }

        private void Update(Parameter parameter, ParamGroup group)
        {
            using TensorArena arena = TensorArena.Enter();
            if (parameter.grad is not { } gradient)
                return;
            Options o = group.Options;
            if (o.maximize == true)
                gradient = gradient.neg();
            if (o.weight_decay is { } decay and not 0)
                gradient = gradient.add(parameter, decay);
            if (o.momentum is { } momentum and not 0)
            {
                var state = (State)StateFor(parameter);
                if (state.momentum_buffer is null)
                    state.momentum_buffer = Tensor.Unscoped(Elementwise.Clone(gradient.Impl));
                else
                    state.momentum_buffer.mul_(momentum).add_(gradient, 1 - o.dampening!.Value);
                gradient = o.nesterov == true ? gradient.add(state.momentum_buffer, momentum) : state.momentum_buffer;
            }
            parameter.add_(gradient, -group.LearningRate);
        }

        private protected override OptimizerState StateFor(Parameter parameter) => StateOf(parameter, static p => new State(p));

        private void Complete(Options o)
        {
            o.LearningRate ??= defaults.LearningRate;
            o.InitialLearningRate = o.LearningRate!.Value;
            o.momentum ??= defaults.momentum;
            o.dampening ??= defaults.dampening;
            o.weight_decay ??= defaults.weight_decay;
            o.nesterov ??= defaults.nesterov;
            o.maximize ??= defaults.maximize;
        }

        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;

            public Options()
            {
            }
        }

        public class ParamGroup : ParamGroup<Options>, optim.IMomentum
        {
            public ParamGroup()
            {
            }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options)
                : base(parameters, options)
            {
            }

            public ParamGroup(
                IEnumerable<Parameter> parameters, double lr = 0.001, double momentum = 0, double dampening = 0, double weight_decay = 0,
                bool nesterov = false, bool maximize = false)
                : base(parameters, new Options
                {
                    LearningRate = lr,
                    momentum = momentum,
                    dampening = dampening,
                    weight_decay = weight_decay,
                    nesterov = nesterov,
                    maximize = maximize,
                })
            {
            }

            public double Momentum
            {
                get => Options.momentum ?? 0;
                set => Options.momentum = value;
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public Tensor? momentum_buffer;

            public State(Parameter parameter)
                : base(parameter)
            {
            }

            public override void Initialize(OptimizerOptions options) => Dispose();

            public void Dispose()
            {
                momentum_buffer?.Dispose();
                momentum_buffer = null;
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
            public static SGD SGD(
                IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0, double weight_decay = 0,
                bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(
                IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
