using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What the optimizers share: groups with defaults, and one state per parameter.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    private readonly Dictionary<TensorImpl, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    private protected OptimizerHelper(IEnumerable<ParamGroup> groups)
        : base(groups)
    {
    }

    /// <summary>The states of all parameters, group after group; states are what the optimizer goes on with, not copies.</summary>
    public virtual StateDictionary state_dict() => new([.. parameters().Select(StateFor)]);

    /// <summary>The state of a parameter, a fresh one when it has made no step.</summary>
    private protected abstract OptimizerState StateFor(Parameter parameter);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (IDisposable state in states.Values.OfType<IDisposable>())
                state.Dispose();
            states.Clear();
        }
        base.Dispose(disposing);
    }

    internal TState StateOf<TState>(Parameter parameter, Func<Parameter, TState> create)
        where TState : OptimizerState
    {
        if (!states.TryGetValue(parameter.Impl, out OptimizerState? state))
            states.Add(parameter.Impl, state = create(parameter));
        return (TState)state;
    }

    /// <summary>A state tensor: zeros that belong to no scope.</summary>
    internal static Tensor Zeros(Parameter parameter)
    {
        TensorImpl zeros = TensorImpl.Allocate(parameter.Impl.Shape, parameter.Impl.DType);
        Elementwise.Fill(zeros, 0);
        return Tensor.Unscoped(zeros);
    }
}

/// <summary>What an optimizer remembers about one parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter)
    {
        _parameter = parameter;
    }

    public abstract void Initialize(OptimizerOptions options);
}
