using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Tef.Core.Text.Cleaning;
using Tef.MLNet.Columns;
using Tef.MLNet.Rows;
using Tef.MLNet.Saving;

namespace Tef.MLNet;

/// <summary>Cleans text. Safe to use from many threads at once.</summary>
public sealed class TextCleaningTransformer : RowTransformer
{
    internal const string LoaderName = LoadableStages.Hint + "CleanText";
    private const string Signature = "TEFCLEAN";
    private const string StageEntry = "stage.json";
    private const string OptionsEntry = "cleaning.json";

    private readonly SavedStage _columns;
    private readonly TextCleaner _cleaner;

    internal TextCleaningTransformer(string outputColumnName, string inputColumnName, CleaningOptions options)
    {
        _columns = new SavedStage(outputColumnName, inputColumnName);
        Options = options;
        _cleaner = TextCleaner.Create(options);
    }

    /// <summary>The steps, with the characters that were found to be frequent.</summary>
    public CleaningOptions Options { get; }

    private protected override RowMapping Bind(DataViewSchema input) => new Mapping(
        _columns.OutputColumnName, SchemaCheck.Text(input, TextCleaningEstimator.Stage, _columns.InputColumnName), _cleaner);

    private protected override void SaveStage(ModelSaveContext context)
    {
        var writer = new StageWriter(context, Signature, LoaderName);
        writer.WriteJson(StageEntry, _columns);
        writer.WriteOptions(OptionsEntry, Options);
        writer.Complete();
    }

    /// <summary>Called by Microsoft.ML to load the stage.</summary>
    internal static TextCleaningTransformer Load(IHostEnvironment _, object context)
    {
        var reader = new StageReader(context, TextCleaningEstimator.Stage);
        SavedStage columns = reader.ReadJson<SavedStage>(StageEntry);
        return new TextCleaningTransformer(
            columns.OutputColumnName, columns.InputColumnName, reader.ReadOptions<CleaningOptions>(OptionsEntry));
    }

    private sealed record SavedStage(string OutputColumnName, string InputColumnName);

    /// <summary>Cleaned text for rows of text.</summary>
    private sealed class Mapping(string name, DataViewSchema.Column text, TextCleaner cleaner) : RowMapping
    {
        public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = [new(name, TextDataViewType.Instance)];

        public override IEnumerable<DataViewSchema.Column> DependenciesOf(int added) => [text];

        public override RowState CreateState(DataViewRow input) => new State(input.GetGetter<ReadOnlyMemory<char>>(text), cleaner);
    }

    private sealed class State(ValueGetter<ReadOnlyMemory<char>> text, TextCleaner cleaner) : RowState
    {
        public override Delegate GetGetter(int added) => (ValueGetter<ReadOnlyMemory<char>>)GetText;

        private void GetText(ref ReadOnlyMemory<char> value)
        {
            text(ref value);
            value = cleaner.Clean(value.ToString()).AsMemory();
        }
    }
}
