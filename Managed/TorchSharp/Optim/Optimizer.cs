using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public interface ILearningRateController
        {
            double LearningRate { get; set; }

            double InitialLearningRate { get; set; }
        }

        public interface IMomentum
        {
            double Momentum { get; set; }
        }

        public interface IBetas
        {
            (double, double) Betas { get; set; }
        }

        public abstract class Optimizer : IDisposable
        {
            protected IList<ParamGroup> _parameter_groups;

            private protected Optimizer(IEnumerable<ParamGroup> groups)
            {
                _parameter_groups = [.. groups];
            }

            public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

            public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

            public virtual void zero_grad()
            {
                foreach (Parameter parameter in parameters())
                    GradientReset.Run(parameter, setToNone: false);
            }

            /// <summary>Computes the loss that the closure gives, if any; optimizers then change their parameters.</summary>
            public virtual Tensor? step(Func<Tensor>? closure = null)
            {
                if (closure is null)
                    return null;
                using (enable_grad())
                    return closure();
            }

            public virtual void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                // Optimizers with state of their own let go of it here.
            }

            /// <summary>What an optimizer remembers.</summary>
            public class StateDictionary
            {
                internal StateDictionary(List<OptimizerState> state)
                {
                    State = state;
                }

                public List<OptimizerState> State { get; }
            }
        }
    }
}
