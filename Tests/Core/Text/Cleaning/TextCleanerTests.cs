using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tef.Core.Configuration;
using Tef.Core.Text.Cleaning;

namespace Tef.Tests.Core.Text.Cleaning;

public sealed class TextCleanerTests
{
    private static string Clean(string text, CleaningOptions options) => TextCleaner.Create(options).Clean(text);

    private static CleaningOptions Only(CleaningStep step, string language = "en") => new() { Steps = [step], Language = language };

    [TestCase("The 3 CATS\nsat, on 42 mats!", "the three cats sat on four two mats")]
    [TestCase("  a--b  ", "a b")]
    [TestCase("\n_START_ARTICLE_\nTitle\n_START_PARAGRAPH_\nOne._NEWLINE_Two.", "title one two")]
    [TestCase("ℋello, Ｗorld… 𝐱", "hello world x")]
    [TestCase("re\u0301sume\u0301 café", "resume caf")]
    [TestCase("§", "")]
    public void Text8(string text, string expected) =>
        Assert.That(Clean(text, new CleaningOptions { Preset = CleaningPreset.Text8 }), Is.EqualTo(expected));

    [TestCase("fi", "Äiti 7 ÖTÖKKÄÄ, ñ", "äiti seitsemän ötökkää")]
    [TestCase("tr", "IĞDIR İzmir 1 ısı", "ığdır izmir bir ısı")]
    [TestCase("de", "Straße ÜBER 2", "straße über zwei")]
    [TestCase("ru", "Мир, ЁЖ 5!", "мир ёж пять")]
    [TestCase("he", "שָׁלוֹם 3", "שלום שלוש")]
    [TestCase("vi", "Tiếng VIỆT 4", "tiếng việt bốn")]
    public void Text8_in_other_languages(string language, string text, string expected) =>
        Assert.That(Clean(text, new CleaningOptions { Preset = CleaningPreset.Text8, Language = language }), Is.EqualTo(expected));

    [Test]
    public void Wiki_keeps_case_digits_punctuation_and_lines()
    {
        const string article = "\n_START_ARTICLE_\nA “Title”\n_START_SECTION_\nOne\n_START_PARAGRAPH_\nIt’s  12 – 3 ☃ b._NEWLINE_Last one.\n";
        Assert.That(Clean(article, new CleaningOptions()), Is.EqualTo("A \"Title\"\nOne\nIt's 12 - 3 b.\nLast one."));
        Assert.That(Clean("Ä ł", new CleaningOptions { Language = "de" }), Is.EqualTo("Ä"));
    }

    [Test]
    public void Letters_of_the_language_are_no_homoglyphs()
    {
        Assert.That(Clean("Москва ı", Only(CleaningStep.Homoglyphs, "ru")), Is.EqualTo("Москва i"));
        Assert.That(Clean("ı × Ｉ", Only(CleaningStep.Homoglyphs, "tr")), Is.EqualTo("ı x I"));
        Assert.That(Clean("МОСТ", Only(CleaningStep.Homoglyphs)), Is.EqualTo("MOCT"));
    }

    [TestCase(0xFF21, 'A')]
    [TestCase(0x1D41A, 'a')]
    [TestCase(0x1D56C, 'A')]
    [TestCase(0x1D6A3, 'z')]
    [TestCase(0x1D7CE, '0')]
    [TestCase(0x1D7FF, '9')]
    [TestCase(0x2003, ' ')]
    [TestCase(0x2014, '-')]
    [TestCase(0x201A, ',')]
    [TestCase(0x212A, 'K')]
    public void Homoglyph(int character, char expected)
    {
        Assert.That(Homoglyphs.TryFind(character, out char ascii), Is.True);
        Assert.That(ascii, Is.EqualTo(expected));
    }

    [Test]
    public void Rare_characters_are_found_in_the_corpus()
    {
        var options = new CleaningOptions { Preset = CleaningPreset.Soft, MinCharacterCount = 3, Unknown = "?" };
        Assert.That(() => TextCleaner.Create(options), Throws.InvalidOperationException.With.Message.Contains("Fit"));
        CleaningOptions fitted = TextCleaner.Fit(options, ["aaa bbb", "cc 😀😀😀 ☃"]);
        Assert.That(fitted.FrequentCharacters, Is.EqualTo(" ab😀"));
        Assert.That(Clean("a☃☃c 😀\nb", fitted), Is.EqualTo("a? 😀?b"));
        Assert.That(Clean("a b", fitted), Is.EqualTo("a b"));
        Assert.That(TextCleaner.Fit(new CleaningOptions(), Unread()), Is.EqualTo(new CleaningOptions()));

        static IEnumerable<string> Unread()
        {
            Assert.Fail("nothing has to be counted");
            yield return "";
        }
    }

    [Test]
    public void Mistakes_are_named()
    {
        Assert.That(
            () => new CleaningOptions { Language = "xx" }.Validate(),
            Throws.ArgumentException.With.Message.Contains("en").And.Message.Contains("'xx'"));
        Assert.That(() => new CleaningOptions { Unknown = "ab" }.Validate(), Throws.ArgumentException.With.Message.Contains("Unknown"));
        Assert.That(
            () => ConfigurationFiles.Parse("data:\n  cleaning:\n    steps: [lowercase]\n    langage: en\n"),
            Throws.TypeOf<OptionsException>().With.Message.Contains("did you mean"));
    }

    [Test]
    public void Configurations_hold_cleaning()
    {
        TefConfiguration read = ConfigurationFiles.Parse(
            "data:\n  cleaning:\n    language: de\n    steps: [homoglyphs, LowerCase]\n  meta:\n    use: true\n    ignoreProbability: 0.1\n"
            + "  cacheFolder: cache\ntraining:\n  packing:\n    mode: documents\n    stride: 64\n");
        Assert.That(read.Data.Cleaning!.ActiveSteps, Is.EqualTo(new[] { CleaningStep.Homoglyphs, CleaningStep.LowerCase }));
        Assert.That(read.Data.Cleaning.Language, Is.EqualTo("de"));
        Assert.That(read.Data.Meta.IgnoreProbability, Is.EqualTo(0.1));
        Assert.That(read.Data.Meta.End, Is.EqualTo("<|body|>"));
        Assert.That(read.Training.Packing.Stride, Is.EqualTo(64));
        Assert.That(read.Training.Packing.GroupByLength, Is.True);
        string written = ConfigurationFiles.Write(read);
        Assert.That(ConfigurationFiles.Write(ConfigurationFiles.Parse(written)), Is.EqualTo(written));
    }

    [Test]
    public void Text8_gives_letters_and_single_spaces_and_is_done_once()
    {
        var cleaner = TextCleaner.Create(new CleaningOptions { Preset = CleaningPreset.Text8 });
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll((string? text) =>
        {
            string cleaned = cleaner.Clean(text ?? "");
            return cleaned.All(c => c is ' ' or (>= 'a' and <= 'z')) && cleaned == cleaned.Trim()
                && !cleaned.Contains("  ", StringComparison.Ordinal) && cleaner.Clean(cleaned) == cleaned;
        }));
    }

    [Test]
    public void Every_step_takes_any_text([Values] CleaningStep step)
    {
        CleaningOptions options = TextCleaner.Fit(Only(step) with { MinCharacterCount = 2 }, ["some text, with repeats"]);
        var cleaner = TextCleaner.Create(options);
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll((string? text) =>
        {
            string cleaned = cleaner.Clean(text ?? "");
            return Encoding.UTF8.GetByteCount(cleaned) >= 0 && cleaner.Clean(text ?? "") == cleaned;
        }));
    }
}
