using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            private bool areComponentsRegistered;

            /// <summary>Registers what the fields of the module hold. Names are the names of the fields, in the order of
            /// declaration.</summary>
            [SuppressMessage("Trimming", "IL2075", Justification = "The fields of a module are used by its own code.")]
            protected virtual void RegisterComponents()
            {
                if (areComponentsRegistered)
                    return;
                areComponentsRegistered = true;
                foreach (FieldInfo field in GetType().GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance))
                {
                    string key = ComponentNames.Of(field);
                    switch (field.GetValue(this))
                    {
                        case Module module:
                            register_module(key, module);
                            break;
                        case Parameter parameter:
                            register_parameter(key, parameter);
                            break;
                        case Tensor tensor:
                            register_buffer(key, tensor);
                            break;
                    }
                }
            }

            public virtual void register_module(string name, Module submodule)
            {
                CheckName(name, "module");
                if (!_internal_submodules.TryGetValue(name, out Module? registered))
                    _internal_submodules.Add(name, submodule);
                else if (!ReferenceEquals(registered, submodule))
                    throw new InvalidOperationException($"A submodule named '{name}' is registered already.");
            }

            public void add_module(string name, Module module) => register_module(name, module);

            public virtual void register_parameter(string name, Parameter param)
            {
                CheckName(name, "parameter");
                // A module outlives the scope that it was made in; so do its parameters.
                param.DetachFromDisposeScope();
                if (!_internal_params.TryGetValue(name, out Parameter? registered))
                    _internal_params.Add(name, param);
                else if (!ReferenceEquals(registered, param))
                    throw new InvalidOperationException($"A parameter named '{name}' is registered already.");
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                CheckName(name, "buffer");
                tensor.DetachFromDisposeScope();
                if (!_internal_buffers.TryGetValue(name, out var registered))
                    _internal_buffers.Add(name, (tensor, persistent));
                else if (!ReferenceEquals(registered.Item1, tensor))
                    throw new InvalidOperationException($"A buffer named '{name}' is registered already.");
            }

            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                _internal_params.Remove(name);
                if (value is not null)
                    register_parameter(name, value);
            }

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                _internal_buffers.Remove(name);
                if (value is not null)
                    register_buffer(name, value, persistent);
            }

            protected void ClearModules() => _internal_submodules.Clear();

            private static void CheckName(string name, string kind)
            {
                if (string.IsNullOrEmpty(name) || name.Contains('.'))
                    throw new ArgumentException($"The name of a {kind} must not be empty or contain a dot, found '{name}'.", nameof(name));
            }
        }
    }
}
