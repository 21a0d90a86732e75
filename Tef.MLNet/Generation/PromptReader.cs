using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Data;
using Tef.MLNet.LanguageModels;

namespace Tef.MLNet.TextGeneration;

/// <summary>The prompts of a moving row as token ids.</summary>
internal abstract class PromptReader
{
    /// <summary>The ids of the row's prompt, at least one, valid until the next call.</summary>
    public abstract ReadOnlySpan<int> Read();

    /// <summary>Reads a column of text or of token ids.</summary>
    public static PromptReader Create(DataViewRow input, PromptColumns columns, TextTokenizer tokenizer) =>
        columns.Prompt.Type is TextDataViewType
            ? new FromText(
                input.GetGetter<ReadOnlyMemory<char>>(columns.Prompt),
                columns.Meta is { } meta ? input.GetGetter<ReadOnlyMemory<char>>(meta) : null,
                columns.Codes,
                tokenizer)
            : new FromTokens(input.GetGetter<VBuffer<int>>(columns.Prompt), tokenizer);

    /// <summary>Text is the beginning of a document: as in training, end-of-text and the document's meta stand before it.</summary>
    private sealed class FromText(
        ValueGetter<ReadOnlyMemory<char>> getText, ValueGetter<ReadOnlyMemory<char>>? getMeta, ControlCodes? codes, TextTokenizer tokenizer)
        : PromptReader
    {
        private ReadOnlyMemory<char> _text;
        private ReadOnlyMemory<char> _meta;

        public override ReadOnlySpan<int> Read()
        {
            getText(ref _text);
            getMeta?.Invoke(ref _meta);
            IReadOnlyList<int> prefix = codes?.Prefix(_meta.Span) ?? [];
            IReadOnlyList<int> ids = tokenizer.Encode(_text.Span);
            int[] prompt = [tokenizer.EndOfTextId, .. prefix, .. ids.Skip(ids.Count > 0 && ids[0] == tokenizer.EndOfTextId ? 1 : 0)];
            return prompt;
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
