namespace Microsoft.ML;

/// <summary>Writes itself into a model file.</summary>
public interface ICanSaveModel
{
    void Save(ModelSaveContext ctx);
}

/// <summary>The delegate type that stands for loading from a model file: what a maker takes besides the environment.</summary>
internal delegate void SignatureLoadModel(ModelLoadContext ctx);
