using System.Reflection;

namespace Microsoft.ML.Runtime;

public sealed partial class ComponentCatalog
{
    /// <summary>A class that can be made by name, and how.</summary>
    internal sealed class LoadableClassInfo
    {
        internal LoadableClassInfo(
            LoadableClassAttributeBase attr, MethodInfo? getter, ConstructorInfo? ctor, MethodInfo? create, bool requireEnvironment)
        {
            Type = attr.InstanceType;
            SignatureTypes = attr.SigTypes;
            InstanceGetter = getter;
            Constructor = ctor;
            CreateMethod = create;
            RequireEnvironment = requireEnvironment;
        }

        public Type Type { get; }

        public IReadOnlyList<Type> SignatureTypes { get; }

        public MethodInfo? InstanceGetter { get; }

        public ConstructorInfo? Constructor { get; }

        public MethodInfo? CreateMethod { get; }

        public bool RequireEnvironment { get; }

        /// <summary>
        /// How to make the class of an attribute: a static <c>Create</c>, or else a constructor, with the environment first if it
        /// takes one.
        /// </summary>
        public static LoadableClassInfo Find(LoadableClassAttributeBase attribute)
        {
            const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
            foreach (bool withEnvironment in (bool[])[true, false])
            {
                Type[] parameters = withEnvironment ? [typeof(IHostEnvironment), .. attribute.CtorTypes] : attribute.CtorTypes;
                MethodInfo? create = attribute.LoaderType.GetMethod("Create", Any | BindingFlags.Static, parameters);
                ConstructorInfo? constructor = attribute.LoaderType.GetConstructor(Any | BindingFlags.Instance, parameters);
                if (create?.ReturnType == attribute.InstanceType)
                    return new LoadableClassInfo(attribute, null, null, create, withEnvironment);
                if (constructor is not null && attribute.InstanceType.IsAssignableFrom(attribute.LoaderType))
                    return new LoadableClassInfo(attribute, null, constructor, null, withEnvironment);
            }

            throw new InvalidOperationException(
                $"{attribute.LoaderType} has neither a static Create nor a constructor that makes a {attribute.InstanceType} "
                + $"from ({string.Join(", ", attribute.CtorTypes.Select(type => type.Name))}).");
        }

        public object Create(IHostEnvironment env, params object[] arguments)
        {
            object[] all = RequireEnvironment ? [env, .. arguments] : arguments;
            if (InstanceGetter is not null)
                return InstanceGetter.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null)!;
            if (Constructor is not null)
                return Constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, all, null);
            return CreateMethod!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, all, null)!;
        }
    }
}
