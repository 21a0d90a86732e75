using Microsoft.ML;
using Tef.Core.Generation;
using Tef.Samples.Quickstart.Training;

namespace Tef.Samples.Quickstart.Telling;

/// <summary>Lets a pipeline tell stories: how they begin, how they go on, where they are written.</summary>
internal sealed class StoryTelling
{
    private const int Stories = 10;
    private const int Beginnings = 5;
    private const int WordsOfBeginning = 5;
    private const int LongestStory = 400;
    private const int RoomForBeginning = 32;

    private readonly string[] _beginnings;

    private StoryTelling(string[] beginnings) => _beginnings = beginnings;

    /// <summary>Begins all stories with a prompt, or two each with the first words of some documents.</summary>
    /// <param name="ml">The context to read in.</param>
    /// <param name="prompt">The beginning of all stories, if any.</param>
    /// <param name="documents">Rows with a column <c>Text</c> to take beginnings from.</param>
    public static StoryTelling Create(MLContext ml, string? prompt, IDataView documents) => new(prompt is not null
        ? [prompt]
        : [
            .. ml.Data.CreateEnumerable<TextRow>(documents, reuseRowObject: true)
                .Select(row => FirstWords(row.Text))
                .Where(words => words.Length > 0)
                .Distinct()
                .Take(Beginnings)
        ]);

    private static string FirstWords(string text) =>
        string.Join(' ', text.Split((char[]?)null, WordsOfBeginning + 1, StringSplitOptions.RemoveEmptyEntries).Take(WordsOfBeginning));

    /// <summary>How to continue the beginnings.</summary>
    /// <param name="context">The model's context.</param>
    /// <param name="seed">The same seed gives the same stories.</param>
    public GenerationOptions CreateOptions(int context, int seed) => new()
    {
        MaxNewTokens = Math.Min(LongestStory, context - Math.Min(RoomForBeginning, context / 2)),
        Temperature = 0.8f,
        TopP = 0.95f,
        ReturnSequences = (Stories + _beginnings.Length - 1) / _beginnings.Length,
        Seed = seed,
    };

    /// <summary>Tells the stories.</summary>
    public IReadOnlyList<string> Tell(MLContext ml, ITransformer pipeline)
    {
        IDataView beginnings = ml.Data.LoadFromEnumerable(_beginnings.Select(text => new TextRow { Text = text }));
        IDataView stories = pipeline.Transform(beginnings);
        return
        [
            .. ml.Data.CreateEnumerable<ToldRow>(stories, reuseRowObject: false)
                .SelectMany(row => row.Continuation.Select(continuation => row.Text + continuation))
                .Take(Stories)
        ];
    }

    /// <summary>A row of the pipeline's output.</summary>
    private sealed class ToldRow
    {
        public string Text { get; set; } = "";

        public string[] Continuation { get; set; } = [];
    }
}
