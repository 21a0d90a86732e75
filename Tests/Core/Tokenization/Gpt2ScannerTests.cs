using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Tef.Core.Tokenization.ByteLevel;

namespace Tef.Tests.Core.Tokenization;

public class Gpt2ScannerTests
{
    private static readonly Regex s_pattern = new(Gpt2Scanner.Pattern, RegexOptions.Compiled);

    private static List<(int, int)> Scan(string text)
    {
        var pieces = new List<(int, int)>();
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = Gpt2Scanner.NextEnd(text, start);
            pieces.Add((start, end - start));
        }

        return pieces;
    }

    private static List<(int, int)> Match(string text)
    {
        var pieces = new List<(int, int)>();
        foreach (ValueMatch match in s_pattern.EnumerateMatches(text))
            pieces.Add((match.Index, match.Length));
        return pieces;
    }

    [Test]
    public void SplitsAsTheRegularExpressionDoes()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            string text = RandomText.Next(random);
            Assert.That(Scan(text), Is.EqualTo(Match(text)), () => Escape(text));
        }
    }

    [Test]
    public void SplitsAnyStringAsTheRegularExpressionDoes()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll<string?>(text => text is null || Scan(text).SequenceEqual(Match(text))));
    }

    [Test]
    public void ClassifiesEveryCodeUnitAsTheRegularExpressionDoes()
    {
        for (int c = 0; c <= char.MaxValue; c++)
        {
            string text = $"a {(char)c}b1{(char)c} !{(char)c}{(char)c}  {(char)c}'{(char)c}";
            Assert.That(Scan(text), Is.EqualTo(Match(text)), () => Escape(text));
        }
    }

    private static string Escape(string text) => string.Concat(text.Select(c => c is >= ' ' and < '\u007F' ? $"{c}" : $"\\u{(int)c:X4}"));
}
