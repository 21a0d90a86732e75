using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Tokenizers;
using Tef.Core.Data;
using Tef.MLNet.Rows;

namespace Tef.MLNet.Tokenization;

/// <summary>Token ids and their places in the text, for rows of text with or without meta.</summary>
internal sealed class TokenizeMapping(
    TextTokenizingTransformer transformer, TokenizingOptions options, DataViewSchema.Column text, DataViewSchema.Column? meta) : RowMapping
{
    private readonly ControlCodes _codes = new(transformer.Tokenizer, options.Meta);

    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = options.CreateColumns(transformer);

    public override IEnumerable<DataViewSchema.Column> DependenciesOf(int added) => meta is { } column ? [text, column] : [text];

    public override RowState CreateState(DataViewRow input) => new State(
        transformer.Tokenizer,
        options,
        _codes,
        Columns,
        input.GetGetter<ReadOnlyMemory<char>>(text),
        meta is { } column ? input.GetGetter<ReadOnlyMemory<char>>(column) : null);

    private sealed class State(
        TextTokenizer tokenizer,
        TokenizingOptions options,
        ControlCodes codes,
        IReadOnlyList<DataViewSchema.DetachedColumn> columns,
        ValueGetter<ReadOnlyMemory<char>> getText,
        ValueGetter<ReadOnlyMemory<char>>? getMeta) : RowState
    {
        private ReadOnlyMemory<char> _text;
        private ReadOnlyMemory<char> _meta;

        private int Begin => options.AddBegin ? 1 : 0;

        private int End => options.AddEnd ? 1 : 0;

        public override Delegate GetGetter(int added)
        {
            string name = columns[added].Name;
            if (added == 0)
                return (ValueGetter<VBuffer<int>>)GetIds;
            return name == options.MetaLengthColumnName ? (ValueGetter<int>)GetMetaLength : (ValueGetter<VBuffer<int>>)GetOffsets;
        }

        private void GetIds(ref VBuffer<int> value)
        {
            getText(ref _text);
            IReadOnlyList<int> prefix = Prefix();
            IReadOnlyList<int> ids = codes.Body(tokenizer.Tokenizer.EncodeToIds(_text.Span));
            int count = Kept(prefix.Count + ids.Count);
            VBufferEditor<int> editor = VBufferEditor.Create(ref value, Begin + count + End);
            if (options.AddBegin)
                editor.Values[0] = tokenizer.EndOfTextId;
            for (int i = 0; i < count; i++)
                editor.Values[Begin + i] = i < prefix.Count ? prefix[i] : ids[i - prefix.Count];
            if (options.AddEnd)
                editor.Values[^1] = tokenizer.EndOfTextId;
            value = editor.Commit();
        }

        private void GetOffsets(ref VBuffer<int> value)
        {
            getText(ref _text);
            int prefix = Prefix().Count;
            IReadOnlyList<EncodedToken> tokens = tokenizer.Tokenizer.EncodeToTokens(_text.Span, out _);
            int body = options.Meta.MaxBodyTokens > 0 ? Math.Min(tokens.Count, options.Meta.MaxBodyTokens) : tokens.Count;
            int count = Kept(prefix + body);
            VBufferEditor<int> editor = VBufferEditor.Create(ref value, 2 * (Begin + count + End));
            editor.Values.Clear();
            int end = 0;
            for (int i = prefix; i < count; i++)
            {
                Range offset = tokens[i - prefix].Offset;
                editor.Values[2 * (Begin + i)] = offset.Start.Value;
                editor.Values[2 * (Begin + i) + 1] = end = offset.End.Value;
            }

            if (options.AddEnd)
                editor.Values[^2..].Fill(end);
            value = editor.Commit();
        }

        private void GetMetaLength(ref int value) => value = Kept(Prefix().Count);

        private IReadOnlyList<int> Prefix()
        {
            if (getMeta is null)
                return [];
            getMeta(ref _meta);
            return codes.Prefix(_meta.Span);
        }

        private int Kept(int count) => options.MaxLength == 0 ? count : Math.Min(count, options.MaxLength - Begin - End);
    }
}
