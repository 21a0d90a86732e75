using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Tokenizers;
using Tef.MLNet.Rows;

namespace Tef.MLNet.Tokenization;

/// <summary>Token ids and their places in the text, for rows of text.</summary>
internal sealed class TokenizeMapping(TextTokenizer tokenizer, TokenizingOptions options, DataViewSchema.Column text) : RowMapping
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = options.CreateColumns(tokenizer);

    public override IEnumerable<DataViewSchema.Column> DependenciesOf(int added) => [text];

    public override RowState CreateState(DataViewRow input) => new State(tokenizer, options, input, text);

    private sealed class State(TextTokenizer tokenizer, TokenizingOptions options, DataViewRow input, DataViewSchema.Column text) : RowState
    {
        private readonly ValueGetter<ReadOnlyMemory<char>> _getText = input.GetGetter<ReadOnlyMemory<char>>(text);
        private ReadOnlyMemory<char> _text;

        public override Delegate GetGetter(int added) =>
            added == 0 ? (ValueGetter<VBuffer<int>>)GetIds : (ValueGetter<VBuffer<int>>)GetOffsets;

        private void GetIds(ref VBuffer<int> value)
        {
            _getText(ref _text);
            IReadOnlyList<int> ids = tokenizer.Tokenizer.EncodeToIds(_text.Span);
            int count = Kept(ids.Count);
            int begin = options.AddBegin ? 1 : 0;
            VBufferEditor<int> editor = VBufferEditor.Create(ref value, begin + count + (options.AddEnd ? 1 : 0));
            if (options.AddBegin)
                editor.Values[0] = tokenizer.EndOfTextId;
            for (int i = 0; i < count; i++)
                editor.Values[begin + i] = ids[i];
            if (options.AddEnd)
                editor.Values[^1] = tokenizer.EndOfTextId;
            value = editor.Commit();
        }

        private void GetOffsets(ref VBuffer<int> value)
        {
            _getText(ref _text);
            IReadOnlyList<EncodedToken> tokens = tokenizer.Tokenizer.EncodeToTokens(_text.Span, out _);
            int count = Kept(tokens.Count);
            int begin = options.AddBegin ? 1 : 0;
            VBufferEditor<int> editor = VBufferEditor.Create(ref value, 2 * (begin + count + (options.AddEnd ? 1 : 0)));
            editor.Values.Clear();
            int end = 0;
            for (int i = 0; i < count; i++)
            {
                Range offset = tokens[i].Offset;
                editor.Values[2 * (begin + i)] = offset.Start.Value;
                editor.Values[2 * (begin + i) + 1] = end = offset.End.Value;
            }

            if (options.AddEnd)
                editor.Values[^2..].Fill(end);
            value = editor.Commit();
        }

        private int Kept(int count) =>
            options.MaxLength == 0 ? count : Math.Min(count, options.MaxLength - (options.AddBegin ? 1 : 0) - (options.AddEnd ? 1 : 0));
    }
}
