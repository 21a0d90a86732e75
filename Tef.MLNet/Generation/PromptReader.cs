using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.MLNet.LanguageModels;

namespace Tef.MLNet.TextGeneration;

/// <summary>The prompts of a moving row as token ids.</summary>
internal abstract class PromptReader
{
    /// <summary>The ids of the row's prompt, at least one, valid until the next call.</summary>
    public abstract ReadOnlySpan<int> Read();

    /// <summary>Reads a column of text or of token ids.</summary>
    public static PromptReader Create(DataViewRow input, DataViewSchema.Column column, TextTokenizer tokenizer) =>
        column.Type is TextDataViewType
            ? new FromText(input.GetGetter<ReadOnlyMemory<char>>(column), tokenizer)
            : new FromTokens(input.GetGetter<VBuffer<int>>(column), tokenizer);

    /// <summary>Text is the beginning of a document: as in training, end-of-text stands before it.</summary>
    private sealed class FromText(ValueGetter<ReadOnlyMemory<char>> getter, TextTokenizer tokenizer) : PromptReader
    {
        private ReadOnlyMemory<char> _text;

        public override ReadOnlySpan<int> Read()
        {
            getter(ref _text);
            IReadOnlyList<int> ids = tokenizer.Encode(_text.Span);
            return ids.Count > 0 && ids[0] == tokenizer.EndOfTextId ? ids.ToArray() : [.. ids.Prepend(tokenizer.EndOfTextId)];
        }
    }

    /// <summary>Ids are taken as they are.</summary>
    private sealed class FromTokens(ValueGetter<VBuffer<int>> getter, TextTokenizer tokenizer) : PromptReader
    {
        private readonly int[] _newDocument = [tokenizer.EndOfTextId];
        private VBuffer<int> _value;
        private int[] _buffer = [];

        public override ReadOnlySpan<int> Read()
        {
            getter(ref _value);
            return _value.Length == 0 ? _newDocument : TokenRows.Copy(_value, ref _buffer).Span;
        }
    }
}
