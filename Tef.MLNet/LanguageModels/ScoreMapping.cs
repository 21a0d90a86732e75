using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Models;
using Tef.MLNet.Rows;

namespace Tef.MLNet.LanguageModels;

/// <summary>Loss, perplexity, kept shares, gates and decisions of rows of token ids.</summary>
internal sealed class ScoreMapping(ILanguageModel model, ScoringOptions options, DataViewSchema.Column tokens) : RowMapping
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = options.CreateColumns(model);

    public override IEnumerable<DataViewSchema.Column> DependenciesOf(int added) => [tokens];

    public override RowState CreateState(DataViewRow input) => new State(model, options, input, tokens);

    /// <summary>Scores a row once for all its columns.</summary>
    private sealed class State(ILanguageModel model, ScoringOptions options, DataViewRow input, DataViewSchema.Column tokens) : RowState
    {
        private readonly ValueGetter<VBuffer<int>> _getTokens = input.GetGetter<VBuffer<int>>(tokens);
        private VBuffer<int> _value;
        private int[] _buffer = [];
        private int[]? _scored;
        private SequenceScore? _score;

        public override Delegate GetGetter(int added) => added switch
        {
            0 => (ValueGetter<float>)((ref float value) => value = (float)(Score() is { TokenLosses.Length: > 0 } s ? s.Loss : double.NaN)),
            1 => (ValueGetter<float>)((ref float value) =>
                value = (float)(Score() is { TokenLosses.Length: > 0 } s ? s.Perplexity : double.NaN)),
            2 => (ValueGetter<VBuffer<float>>)GetKeptShare,
            3 when options.GatesColumnName is not null =>
                (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) => Join(Score()?.Gates ?? [], ref value)),
            _ => (ValueGetter<VBuffer<bool>>)((ref VBuffer<bool> value) => Join(Score()?.Kept ?? [], ref value)),
        };

        private void GetKeptShare(ref VBuffer<float> value)
        {
            int layers = model.Options.LayerCount;
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, layers);
            if (Score() is { } score)
                score.KeptShare.CopyTo(editor.Values);
            else
                editor.Values.Fill(float.NaN);
            value = editor.Commit();
        }

        /// <summary>Puts the values of all layers behind each other.</summary>
        private static void Join<T>(T[][] layers, ref VBuffer<T> value)
        {
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, layers.Sum(layer => layer.Length));
            int start = 0;
            foreach (T[] layer in layers)
            {
                layer.CopyTo(editor.Values[start..]);
                start += layer.Length;
            }

            value = editor.Commit();
        }

        /// <summary>The score of the row, or null for a row without tokens.</summary>
        private SequenceScore? Score()
        {
            _getTokens(ref _value);
            ReadOnlySpan<int> row = TokenRows.Copy(_value, ref _buffer).Span;
            if (_scored is not null && row.SequenceEqual(_scored))
                return _score;
            if (options.LongRows == LongRows.Error && row.Length > model.Options.Context)
            {
                throw new InvalidOperationException(
                    $"Row {input.Position} of column '{options.TokensColumnName}' has {row.Length} tokens, but the model's context is "
                    + $"{model.Options.Context}. Set TokenizeTextOptions.MaxLength, or LongRows = LongRows.Window.");
            }

            _score = row.Length == 0 ? null : WindowScorer.Score(model, row);
            _scored = row.ToArray();
            return _score;
        }
    }
}
