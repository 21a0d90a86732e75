using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Data;
using Tef.MLNet.Columns;

namespace Tef.MLNet.LanguageModels;

/// <summary>Rows of token ids, and what the stage that made them says about them.</summary>
internal sealed class TokenizedRows
{
    private readonly IDataView _view;
    private readonly DataViewSchema.Column _tokens;
    private readonly DataViewSchema.Column? _metaLength;

    public TokenizedRows(IDataView view, string stage, string tokensColumnName)
    {
        _view = view;
        _tokens = SchemaCheck.Tokens(view.Schema, stage, tokensColumnName);
        Tokenization = _tokens.FindObject<TextTokenizingTransformer>(AnnotationKinds.Tokenization);
        _metaLength = Tokenization?.MetaLengthColumnName is { } name ? view.Schema.GetColumnOrNull(name) : null;
    }

    /// <summary>The stage that made the ids; null for ids from elsewhere.</summary>
    public TextTokenizingTransformer? Tokenization { get; }

    /// <summary>Share of the rows that are trained on without their meta.</summary>
    public double IgnoreMetaProbability => _metaLength is null ? 0 : Tokenization!.IgnoreMetaProbability;

    /// <summary>The ids of each row and how many at their beginning are meta. The memory is used again for the next row.</summary>
    public IEnumerable<(ReadOnlyMemory<int> Tokens, int Meta)> Read()
    {
        using DataViewRowCursor cursor = _view.GetRowCursor(_metaLength is { } needed ? [_tokens, needed] : [_tokens]);
        ValueGetter<VBuffer<int>> getTokens = cursor.GetGetter<VBuffer<int>>(_tokens);
        ValueGetter<int>? getMeta = _metaLength is { } column ? cursor.GetGetter<int>(column) : null;
        VBuffer<int> value = default;
        int[] buffer = [];
        while (cursor.MoveNext())
        {
            getTokens(ref value);
            int meta = 0;
            getMeta?.Invoke(ref meta);
            yield return (TokenRows.Copy(value, ref buffer), meta);
        }
    }

    /// <summary>
    /// Adds what the ids follow from: the text and its meta where they are at hand, for reading them is much faster than making ids;
    /// otherwise the ids.
    /// </summary>
    public void AddTo(ContentHash hash)
    {
        DataViewSchema.Column[] sources = [.. Sources()];
        if (sources.Length == 0)
        {
            foreach ((ReadOnlyMemory<int> tokens, int meta) in Read())
            {
                hash.Add(MemoryMarshal.AsBytes(tokens.Span));
                hash.Add(BitConverter.GetBytes(meta));
            }

            return;
        }

        hash.Add(Tokenization!.SettingsText);
        using DataViewRowCursor cursor = _view.GetRowCursor(sources);
        ValueGetter<ReadOnlyMemory<char>>[] getters = Array.ConvertAll(sources, cursor.GetGetter<ReadOnlyMemory<char>>);
        while (cursor.MoveNext())
        {
            foreach (ValueGetter<ReadOnlyMemory<char>> getter in getters)
            {
                ReadOnlyMemory<char> text = default;
                getter(ref text);
                hash.Add(MemoryMarshal.AsBytes(text.Span));
            }
        }
    }

    private IEnumerable<DataViewSchema.Column> Sources()
    {
        if (Tokenization is null || Find(Tokenization.InputColumnName) is not { } text)
            yield break;
        yield return text;
        if (Tokenization.MetaColumnName is { } name && Find(name) is { } meta)
            yield return meta;

        DataViewSchema.Column? Find(string name) =>
            _view.Schema.GetColumnOrNull(name) is { Type: TextDataViewType } column ? column : null;
    }
}
