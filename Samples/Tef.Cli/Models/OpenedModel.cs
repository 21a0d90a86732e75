using Microsoft.Extensions.DependencyInjection;
using Microsoft.ML;
using Tef.Core.Configuration;
using Tef.Core.Models;
using Tef.Core.Runs;
using Tef.MLNet;

namespace Tef.Cli.Models;

/// <summary>A trained model with its tokenizer and what it computes with.</summary>
internal sealed class OpenedModel : IDisposable
{
    private readonly ServiceProvider _services;

    private OpenedModel(ServiceProvider services, ILanguageModelBackend backend, ILanguageModel model, RunTokenizer tokenizer, string source)
    {
        _services = services;
        Backend = backend;
        Model = model;
        Tokenizer = tokenizer;
        Source = source;
    }

    public ILanguageModelBackend Backend { get; }

    public ILanguageModel Model { get; }

    public RunTokenizer Tokenizer { get; }

    /// <summary>The folder or file that the weights are from.</summary>
    public string Source { get; }

    public static OpenedModel Open(string path, RunSettings settings, string? checkpoint)
    {
        ServiceProvider services = Runtime.Create(settings);
        try
        {
            ILanguageModelBackend backend = Runtime.Backend(services);
            if (File.Exists(path) && path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
                return OpenZip(path, services, backend);
            SavedModel saved = SavedModel.Open(path, backend, checkpoint);
            return new OpenedModel(services, backend, saved.Model, saved.Tokenizer, saved.Source);
        }
        catch
        {
            services.Dispose();
            throw;
        }
    }

    /// <summary>Opens another model on the same services.</summary>
    public SavedModel OpenBeside(string path) => SavedModel.Open(path, Backend);

    public void Dispose()
    {
        Model.Dispose();
        _services.Dispose();
    }

    private static OpenedModel OpenZip(string path, ServiceProvider services, ILanguageModelBackend backend)
    {
        MLContext ml = new MLContext().UseTef(services);
        ITransformer loaded = ml.Model.Load(path, out _);
        IEnumerable<ITransformer> stages = loaded as IEnumerable<ITransformer> ?? [loaded];
        ILanguageModel model = stages.OfType<LanguageModelTransformer>().FirstOrDefault()?.Model
            ?? throw new InvalidDataException($"The pipeline in '{path}' has no language model (TefGpt2).");
        TextTokenizer tokenizer = stages.OfType<TextTokenizingTransformer>().FirstOrDefault()?.Tokenizer
            ?? throw new InvalidDataException($"The pipeline in '{path}' has no tokenizer (TokenizeText).");
        RunTokenizer own = tokenizer.Model is { } pieces
            ? new RunTokenizer(pieces, tokenizer.EndOfText)
            : new RunTokenizer(tokenizer.Vocabulary, tokenizer.EndOfText);
        return new OpenedModel(services, backend, model, own, path);
    }
}
