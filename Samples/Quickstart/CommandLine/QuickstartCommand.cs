using System.CommandLine;
using Tef.Samples.Common;

namespace Tef.Samples.Quickstart.CommandLine;

/// <summary>The options of the program, and how they become <see cref="QuickstartSettings"/>.</summary>
internal sealed class QuickstartCommand
{
    private const string About =
        """
        Trains a small GPT-2 with token filtering on stories, measures it, lets it tell stories, saves it and loads it again.

        Without options it writes stories of its own, trains for about a minute and shows the way from text to a saved model.

        Exit codes: 0 success; 1 a mistake in the command line, a file or an option; 2 the saved model tells another story than
        the trained one; 130 interrupted (Ctrl-C), with the best weights so far saved and reported.
        """;

    private readonly Option<string?> _data = Text(
        "--data",
        "FILE",
        "Text to train on: documents separated by <|endoftext|> lines, or one JSON document a line (.jsonl). The program writes "
            + "its own when this is missing.");

    private readonly Option<string?> _valid = Text(
        "--valid", "FILE", "Text to measure on, in the same form. A share of --data is held back when this is missing.");

    private readonly Option<double?> _minutes = NumberOption.Positive(
        "--minutes", "The most minutes to train, with the tokenizer and validation. [default: 1]");

    private readonly Option<string?> _out = Text(
        "--out", "DIR", "Folder for the model, the stories and the program's own text. [default: out/quickstart]");

    private readonly Option<string?> _json = Text("--json", "FILE", "File for the result as JSON.");

    private readonly Option<int?> _seed = NumberOption.Whole(
        "--seed", "The same seed gives the same text, first weights, order of batches and choice of words. [default: 42]", 0);

    private readonly Option<string?> _prompt = Text(
        "--prompt", "TEXT", "How every story begins. Beginnings of the text to measure on when this is missing.");

    private readonly Option<int?> _threads = NumberOption.Whole("--threads", "Threads of the tensor engine. [default: all processors]");

    private readonly Option<int?> _layers = NumberOption.Whole("--layers", "Blocks of the model.", 1, 1000);

    private readonly Option<int?> _width = NumberOption.Whole("--width", "Width of the model, a multiple of --heads.", 1, 65536);

    private readonly Option<int?> _heads = NumberOption.Whole("--heads", "Attention heads of a block.", 1, 1024);

    private readonly Option<int?> _context = NumberOption.Whole("--context", "Longest sequence of the model in tokens.", 8, 65536);

    private readonly Option<int?> _vocabulary = NumberOption.Whole("--vocabulary", "Tokens of the vocabulary.", 257, 1_000_000);

    private readonly Option<int?> _batch = NumberOption.Whole("--batch", "Sequences of a training step.", 1, 65536);

    private readonly Option<double?> _learningRate = NumberOption.Positive("--learning-rate", "Highest learning rate.");

    private readonly Option<double?> _keep = NumberOption.Positive(
        "--keep", "Share of tokens that filtered blocks compute; 1 turns the filter off.", 1);

    private readonly Option<bool> _cuda = new("--cuda")
    {
        Description = "Adds the CUDA kernels of the token filter. They serve models on a GPU; elsewhere the others do, and it is said why.",
    };

    private readonly RootCommand _root;

    /// <param name="run">Does the work and returns the exit code.</param>
    public QuickstartCommand(Func<QuickstartSettings, int> run)
    {
        _root = new RootCommand(About)
        {
            _data, _valid, _minutes, _out, _json, _seed, _prompt, _threads, _layers, _width, _heads, _context, _vocabulary, _batch,
            _learningRate, _keep, _cuda,
        };
        _root.Validators.Add(result =>
        {
            if (result.GetResult(_valid) is not null && result.GetResult(_data) is null)
                result.AddError("--valid needs --data, the text to train on.");
        });
        _root.SetAction(result => run(Read(result)));
    }

    /// <summary>Parses and runs. A mistake is one line on the error stream.</summary>
    public int Invoke(string[] args)
    {
        ParseResult result = _root.Parse(args);
        if (result.Errors.Count == 0)
            return result.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        Console.Error.WriteLine($"error: {result.Errors[0].Message} Try --help.");
        return ExitCode.Mistake;
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private QuickstartSettings Read(ParseResult result) => new()
    {
        Data = result.GetValue(_data),
        Valid = result.GetValue(_valid),
        Minutes = result.GetValue(_minutes) ?? 1,
        Out = result.GetValue(_out) ?? Path.Combine("out", "quickstart"),
        Json = result.GetValue(_json),
        Seed = result.GetValue(_seed) ?? 42,
        Prompt = result.GetValue(_prompt),
        Threads = result.GetValue(_threads),
        Layers = result.GetValue(_layers),
        Width = result.GetValue(_width),
        Heads = result.GetValue(_heads),
        Context = result.GetValue(_context),
        Vocabulary = result.GetValue(_vocabulary),
        Batch = result.GetValue(_batch),
        LearningRate = result.GetValue(_learningRate),
        Keep = (float?)result.GetValue(_keep),
        Cuda = result.GetValue(_cuda),
    };
}
