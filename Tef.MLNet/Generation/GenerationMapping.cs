using Microsoft.ML;
using Microsoft.ML.Data;
using Tef.Core.Decoding;
using Tef.Core.Generation;
using Tef.Core.Models;
using Tef.MLNet.Rows;

namespace Tef.MLNet.TextGeneration;

/// <summary>What follows the prompts of rows.</summary>
internal sealed class GenerationMapping(
    TextGenerationStage stage, TextTokenizer tokenizer, ILanguageModel model, PromptColumns prompt) : RowMapping
{
    public override IReadOnlyList<DataViewSchema.DetachedColumn> Columns { get; } = [stage.CreateColumn()];

    public override IEnumerable<DataViewSchema.Column> DependenciesOf(int added) => prompt.All;

    public override RowState CreateState(DataViewRow input) =>
        new State(stage, tokenizer, model, PromptReader.Create(input, prompt, tokenizer), input);

    private sealed class State(
        TextGenerationStage stage, TextTokenizer tokenizer, ILanguageModel model, PromptReader prompts, DataViewRow input) : RowState
    {
        public override Delegate GetGetter(int added) =>
            stage.HasSeveralTexts ? (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)GetTexts : (ValueGetter<ReadOnlyMemory<char>>)GetText;

        private void GetText(ref ReadOnlyMemory<char> value) => value = Generate()[0].AsMemory();

        private void GetTexts(ref VBuffer<ReadOnlyMemory<char>> value)
        {
            string[] texts = Generate();
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, stage.Options.ReturnSequences);
            editor.Values.Clear();
            for (int i = 0; i < texts.Length; i++)
                editor.Values[i] = texts[i].AsMemory();
            value = editor.Commit();
        }

        private string[] Generate()
        {
            ReadOnlySpan<int> prompt = prompts.Read();
            int room = model.Options.Context + 1 - stage.Options.MaxNewTokens;
            if (prompt.Length > room && stage.LongPrompts == LongPrompts.Error)
            {
                throw new InvalidOperationException(
                    $"The prompt of row {input.Position} has {prompt.Length} tokens and {stage.Options.MaxNewTokens} are to follow, but "
                    + $"the model's context is {model.Options.Context}. Shorten the prompt or MaxNewTokens, or set LongPrompts.KeepEnd.");
            }

            if (prompt.Length > room)
                prompt = prompt[^room..];
            GenerationOptions options = stage.Options with
            {
                Seed = PromptSeed.Mix(stage.Options.Seed, prompt),
                StopTokens = stage.Options.StopTokens.Count > 0 ? stage.Options.StopTokens : [tokenizer.EndOfTextId],
            };
            bool begins = prompt[^1] == tokenizer.EndOfTextId;
            return
            [
                .. TokenGenerator.Generate(model, prompt, options).Select(
                    sequence => begins ? tokenizer.DecodeText(sequence.Tokens) : tokenizer.DecodeContinuation(sequence.Tokens)),
            ];
        }
    }
}
