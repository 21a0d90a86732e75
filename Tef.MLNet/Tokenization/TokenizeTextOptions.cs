using Tef.Core;
using Tef.Core.Data;
using Tef.Core.Tokenization;

namespace Tef.MLNet;

/// <summary>
/// Where the vocabulary of <c>TokenizeText</c> comes from, and how rows become token ids. A ready <see cref="Tokenizer"/> comes
/// before files, and files before training.
/// </summary>
public sealed record TokenizeTextOptions
{
    /// <summary>The kind of vocabulary that <c>Fit</c> trains.</summary>
    public TokenizerKind Kind { get; init; }

    /// <summary>
    /// Tokens of the vocabulary that <c>Fit</c> trains: 256 bytes, merges or pieces, and special tokens. Fewer when the text does
    /// not give so many.
    /// </summary>
    public int VocabularySize { get; init; } = 4096;

    /// <summary>A <c>vocab.json</c> to use instead of training; needs <see cref="MergesPath"/>.</summary>
    public string? VocabularyPath { get; init; }

    /// <summary>The <c>merges.txt</c> that belongs to <see cref="VocabularyPath"/>.</summary>
    public string? MergesPath { get; init; }

    /// <summary>A SentencePiece <c>.model</c> file of either kind to use instead of training.</summary>
    public string? ModelPath { get; init; }

    /// <summary>A folder of the Hugging Face hub whose <c>vocab.json</c> and <c>merges.txt</c> to use instead of training.</summary>
    public string? Pretrained { get; init; }

    /// <summary>A tokenizer to use instead of training.</summary>
    public TextTokenizer? Tokenizer { get; init; }

    /// <summary>
    /// The token that stands between documents, and at the ends of rows on request. For a <see cref="ModelPath"/> that lacks the
    /// default one it is the model's own.
    /// </summary>
    public string EndOfText { get; init; } = TextTokenizer.DefaultEndOfText;

    /// <summary>
    /// Further tokens that text is cut at and that are not made of others, for the vocabulary that <c>Fit</c> trains. In the
    /// vocabularies of files all tokens that no merge makes are such.
    /// </summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = [];

    /// <summary>The most ids of a row, added ones included; later ones are cut off. No limit when zero.</summary>
    public int MaxLength { get; init; }

    /// <summary>Begins every row with <see cref="EndOfText"/>.</summary>
    public bool AddBegin { get; init; }

    /// <summary>Ends every row with <see cref="EndOfText"/>, after cutting.</summary>
    public bool AddEnd { get; init; }

    /// <summary>
    /// Column for the place of each id in the text: begin and end, in characters, one pair after the other; no such column when
    /// null. Added tokens have an empty place. With SentencePiece models it is the place in the text as its normalizer leaves it.
    /// </summary>
    public string? OffsetsColumnName { get; init; }

    /// <summary>
    /// Column of text with what is known about each document, such as <c>Meta</c> of <c>LoadFromDocuments</c>, put before its text as
    /// control codes; no such thing when null. A column named after the output column and <c>MetaLength</c> then says how many ids
    /// of a row they are.
    /// </summary>
    public string? MetaColumnName { get; init; }

    /// <summary>
    /// How to use the <see cref="MetaColumnName"/>. Documents whose meta is ignored are so in training alone: the ids of a row always
    /// have it.
    /// </summary>
    public MetaOptions Meta { get; init; } = new();

    /// <summary>Ends the training of the vocabulary with an <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(EndOfText);
        ArgumentNullException.ThrowIfNull(SpecialTokens);
        if (EndOfText.Length == 1)
            throw new ArgumentException($"EndOfText must not be a character that text is made of, but is '{EndOfText}'.");
        ArgumentNullException.ThrowIfNull(Meta);
        (Meta with { Use = MetaColumnName is not null }).Validate();
        OptionGuard.AtLeast(MaxLength, 0);
        if (MaxLength > 0)
            OptionGuard.AtLeast(MaxLength, 1 + (AddBegin ? 1 : 0) + (AddEnd ? 1 : 0));
        if (VocabularyPath is null != MergesPath is null)
        {
            string missing = MergesPath is null ? nameof(MergesPath) : nameof(VocabularyPath);
            throw new ArgumentException($"VocabularyPath and MergesPath belong together, but {missing} is null.");
        }

        if (new[] { ModelPath, VocabularyPath, Pretrained }.Count(path => path is not null) > 1)
            throw new ArgumentException("ModelPath, VocabularyPath and Pretrained each name a vocabulary, but one is needed.");
        if (!Enum.IsDefined(Kind))
            throw new ArgumentException($"Kind must be a kind of vocabulary, but is {Kind}.");
        if (Tokenizer is null && ModelPath is null && VocabularyPath is null && Pretrained is null)
            OptionGuard.AtLeast(VocabularySize, 257 + SpecialTokens.Count);
    }
}
