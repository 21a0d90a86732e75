using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A part of a model: named parameters, buffers and submodules.</summary>
        public partial class Module : IDisposable
        {
            protected OrderedDict<string, Module> _internal_submodules = [];
            protected OrderedDict<string, (Tensor, bool)> _internal_buffers = [];
            protected OrderedDict<string, Parameter> _internal_params = [];
            protected string name;
            private bool isTraining = true;
            private bool isDisposed;

            protected Module(string name)
            {
                this.name = name;
            }

            public virtual bool training => isTraining;

            public virtual string GetName() => name;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing || isDisposed)
                    return;
                isDisposed = true;
                foreach (var (_, parameter) in _internal_params)
                    parameter.Dispose();
                foreach (var (_, (buffer, _)) in _internal_buffers)
                    buffer.Dispose();
                foreach (var (_, module) in _internal_submodules)
                    module.Dispose();
            }

            public virtual void train(bool train = true)
            {
                isTraining = train;
                foreach (var (_, module) in _internal_submodules)
                    module.train(train);
            }

            public virtual void eval() => train(false);

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, module) in _internal_submodules)
                    module.apply(fn);
                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (Parameter parameter in parameters())
                    GradientReset.Run(parameter, set_to_none);
            }

            public virtual IEnumerable<(string name, Module module)> named_children()
            {
                foreach (var (key, module) in _internal_submodules)
                    yield return (key, module);
            }

            public virtual IEnumerable<Module> children() => named_children().Select(child => child.module);

            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children())
                    yield return child;
                foreach (var (key, module) in named_children())
                {
                    foreach (var (inner, descendant) in module.named_modules())
                        yield return ($"{key}.{inner}", descendant);
                }
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(module => module.module);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                // A parameter shared by several modules appears once, under its first name.
                var seen = new HashSet<TensorImpl>(ReferenceEqualityComparer.Instance);
                foreach (var (key, parameter) in _internal_params)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter.Impl))
                        yield return (key, parameter);
                }
                if (!recurse)
                    yield break;
                foreach (var (prefix, module) in _internal_submodules)
                {
                    foreach (var (key, parameter) in module.named_parameters(true))
                    {
                        if (!parameter.IsInvalid && seen.Add(parameter.Impl))
                            yield return ($"{prefix}.{key}", parameter);
                    }
                }
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(entry => entry.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<TensorImpl>(ReferenceEqualityComparer.Instance);
                foreach (var (key, (buffer, persistent)) in _internal_buffers)
                {
                    if ((persistent || include_nonpersistent) && !buffer.IsInvalid && seen.Add(buffer.Impl))
                        yield return (key, buffer);
                }
                if (!recurse)
                    yield break;
                foreach (var (prefix, module) in _internal_submodules)
                {
                    foreach (var (key, buffer) in module.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer.Impl))
                            yield return ($"{prefix}.{key}", buffer);
                    }
                }
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            public virtual Parameter? get_parameter(string target) =>
                named_parameters().FirstOrDefault(entry => entry.name == target).parameter;

            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(entry => entry.name == target).buffer;

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;
        }
    }
}
