namespace Tef.MLNet;

/// <summary>Names of the annotations by which the stages of a pipeline find each other.</summary>
public static class AnnotationKinds
{
    /// <summary>A <see cref="TextTokenizer"/> on a column of token ids.</summary>
    public const string Tokenizer = "Tokenizer";

    /// <summary>A <see cref="Core.Models.ILanguageModel"/> on the columns that the model computed.</summary>
    public const string LanguageModel = "LanguageModel";

    /// <summary>On a column of token ids: the <see cref="TextTokenizingTransformer"/> that made them.</summary>
    public const string Tokenization = "Tokenization";

    /// <summary>On a column of token ids: the name of the text column that they were made from.</summary>
    public const string SourceColumn = "SourceColumn";
}
