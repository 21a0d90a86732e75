using System.Diagnostics;
using Microsoft.ML.Tokenizers;
using Tef.Tests.Core.Tokenization;

namespace Tef.Tests.Tokenizers;

/// <summary>Models and ids of SentencePiece's own tools, where they are installed.</summary>
public class SentencePieceToolTests
{
    private static readonly string s_tools = "/usr/bin";

    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("tef-spm-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCase("--model_type=unigram")]
    [TestCase("--model_type=bpe")]
    [TestCase("--model_type=unigram --byte_fallback=true --treat_whitespace_as_suffix=true")]
    [TestCase("--model_type=bpe --byte_fallback=true --normalization_rule_name=identity --remove_extra_whitespaces=false")]
    [TestCase("--model_type=unigram --split_by_whitespace=false --user_defined_symbols=girl,▁was")]
    public void IdsEqualThoseOfTheTool(string options)
    {
        Assume.That(Path.Combine(s_tools, "spm_train"), Does.Exist, "SentencePiece's tools are not installed");

        var random = new Random(61);
        string text = Path.Combine(_folder, "text.txt");
        string lines = Path.Combine(_folder, "lines.txt");
        File.WriteAllText(text, string.Concat(Enumerable.Range(0, 400).Select(_ => RandomText.Story(random, 40) + "\n")));
        string[] cases =
            [.. Enumerable.Range(0, 400).Select(i => Clean(i % 2 == 0 ? RandomText.Next(random) : RandomText.Story(random, 20)))];
        File.WriteAllLines(lines, cases);

        Run("spm_train", $"--input={text} --model_prefix={_folder}/m --vocab_size=400 --hard_vocab_limit=false {options}");
        string[] expected = Run("spm_encode", $"--model={_folder}/m.model --output_format=id {lines}").Split('\n');

        using FileStream model = File.OpenRead(Path.Combine(_folder, "m.model"));
        SentencePieceTokenizer tokenizer = SentencePieceTokenizer.Create(model, addBeginningOfSentence: false);
        for (int i = 0; i < cases.Length; i++)
        {
            // "aaaa" as "aaa a" is as likely as "a aaa": which of them the tool takes depends on how it has rounded the text before.
            IReadOnlyList<int> ids = tokenizer.EncodeToIds(cases[i]);
            if (string.Join(' ', ids) != expected[i])
                Assert.That(ids, Is.EquivalentTo(expected[i].Split(' ').Select(int.Parse)), $"'{cases[i]}' in line {i + 1}");
        }
    }

    // One line of valid text: the tool reads lines and knows no lone surrogates.
    private static string Clean(string text)
    {
        string valid = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
        return string.Concat(valid.Where(c => c is not ('\n' or '\r' or '\0')));
    }

    private static string Run(string tool, string arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(s_tools, tool), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, errors.Result);
        return output;
    }
}
