namespace Microsoft.ML;

/// <summary>Names a class that a model file may ask for.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class ExtensionBaseAttribute : Attribute
{
    private protected ExtensionBaseAttribute(string contractName)
    {
        ContractName = contractName;
    }

    public string ContractName { get; }
}
